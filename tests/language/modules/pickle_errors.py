import io, pickle


class Bad:
    def __reduce__(self):
        raise ArithmeticError('no')


class Reduces:
    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return self.parts if len(self.parts) != 1 else self.parts[0]


class NewArguments:
    def __getnewargs__(self):
        return (Bad(),)


def __newobj__(cls, *args):
    pass


def __newobj_ex__(cls, args, kwargs):
    pass


def local():
    class Local:
        pass
    return Local


class State:
    def __init__(self):
        self.bad = Bad()


missing = type('Missing', (), {'__module__': 'nowhere'})
other = type('Reduces', (), {})
bad = Bad()
THINGS = (
    bad, [1, bad], (1, bad), {'key': bad}, {bad}, frozenset({bad}), [[bad]], Reduces(1), Reduces([]), Reduces(len), Reduces(1, ()),
    Reduces(len, []), Reduces(len, (bad,)), Reduces(len, (), None, 1), Reduces(len, (), None, iter([bad])),
    Reduces(len, (), None, None, 1), Reduces(len, (), None, None, iter([1])), Reduces(len, (), None, None, iter([(1, bad)])),
    Reduces(len, (), 1, None, None, 1), Reduces(len, (), bad, None, None, len), Reduces(len, (), 1, None, None, bad),
    Reduces(*[()] * 7), Reduces(__newobj__, ()), Reduces(__newobj__, (1,)), Reduces(__newobj__, (str,)),
    Reduces(__newobj_ex__, ()), Reduces(__newobj_ex__, (1, (), {})), Reduces(__newobj_ex__, (Reduces, 1, {})),
    Reduces(__newobj_ex__, (Reduces, (), 1)), Reduces(__newobj_ex__, (Reduces, (bad,), {})), NewArguments(), State(),
    local(), missing, other, Reduces('nothing'), (i for i in ()), pickle.PickleBuffer(memoryview(b'abcd')[::2]),
)
for thing in THINGS:
    results = []
    for protocol in (0, 2, 5):
        try:
            pickle.dumps(thing, protocol)
            results.append('pickled')
        except Exception as e:
            text = str(e).split(' at 0x')[0]
            results.append(f'{type(e).__name__}: {text} {getattr(e, "__notes__", [])} {e.__context__!r}')
    print(*dict.fromkeys(results), sep='\n    ')
for arguments in ((1, 6), (1, 'x'), (1, 4, b'')):
    try:
        print(pickle.dumps(*arguments))
    except (ValueError, TypeError) as e:
        print(type(e).__name__)
for file in (None, io.StringIO()):
    try:
        pickle.dump(1, file)
    except TypeError as e:
        print(e)


class Changes(pickle.Pickler):
    def persistent_id(self, thing):
        if thing == 'first':
            container.clear()


for container in ({'first': 1, 'second': 2}, {'first', 'second', 'third'}):
    try:
        Changes(io.BytesIO()).dump(container)
    except RuntimeError as e:
        print(e)
