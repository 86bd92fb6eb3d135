import copyreg, io, pickle


class Point:
    def __init__(self, x):
        self.x = x


def restore(x):
    return Point(x + 100)


class Persistent(pickle.Pickler):
    def persistent_id(self, thing):
        return 'id7' if isinstance(thing, Point) else None


class Finder(pickle.Unpickler):
    def persistent_load(self, pid):
        return ['loaded', pid]

    def find_class(self, module, name):
        print('find', module, name)
        return super().find_class(module, name)


for protocol in range(6):
    file = io.BytesIO()
    Persistent(file, protocol).dump([Point(1), len])
    file.seek(0)
    print(Finder(file).load())

# Hooks that are set on the pickler and unpickler themselves.
file = io.BytesIO()
pickler = pickle.Pickler(file)
pickler.persistent_id = lambda thing: thing * 2 if type(thing) is int else None
pickler.dump((1, 'x'))
del pickler.persistent_id
unpickler = pickle.Unpickler(io.BytesIO(file.getvalue()))
unpickler.persistent_load = lambda pid: -pid
print(unpickler.load(), pickler.persistent_id(1))


class Override(pickle.Pickler):
    dispatch_table = copyreg.dispatch_table | {Point: lambda p: (restore, (p.x,))}

    def reducer_override(self, thing):
        return (complex, (1, 2)) if thing is restore else NotImplemented


file = io.BytesIO()
Override(file).dump([Point(5), restore, complex])
print([getattr(thing, 'x', thing) for thing in pickle.loads(file.getvalue()[:-1] + b'.')[1:]])
pickler = pickle.Pickler(file := io.BytesIO())
pickler.dispatch_table = {Point: lambda p: (restore, (p.x,))}
pickler.dump(Point(5))
print(pickle.loads(file.getvalue()).x, hasattr(pickle.Pickler(file), 'dispatch_table'))

# The extension registry.
copyreg.add_extension('__main__', 'Point', 300)
data = pickle.dumps(Point, 2)
print(data, pickle.loads(data), pickle.dumps(Point, 1))
copyreg.remove_extension('__main__', 'Point', 300)
try:
    copyreg.clear_extension_cache()
    pickle.loads(data)
except ValueError as e:
    print(e)

# The memo can be copied, primed and cleared.
file = io.BytesIO()
pickler = pickle.Pickler(file)
shared = ['shared']
pickler.dump(shared)
primed = pickle.Pickler(other := io.BytesIO())
primed.memo = pickler.memo
primed.dump(shared)
print(sorted(number for number, _ in pickler.memo.copy().values()), other.getvalue())
primed.clear_memo()
primed.dump('a')
print(primed.memo.copy().values())
unpickler = pickle.Unpickler(io.BytesIO(file.getvalue() + other.getvalue()))
print(unpickler.load(), unpickler.load(), unpickler.load(), unpickler.memo.copy())
for owner, memo in ((primed, None), (primed, {1: 2}), (unpickler, None), (unpickler, {-1: 2}), (unpickler, {'a': 2})):
    try:
        owner.memo = memo
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)

# Fast mode has no memo.
pickler = pickle.Pickler(file := io.BytesIO(), 4)
pickler.fast = True
pickler.dump([shared, shared])
circle = []
circle.append(circle)
print(file.getvalue(), pickler.fast)
try:
    pickler.dump(circle)
except ValueError as e:
    print(str(e).split(' at ')[0])

# Buffers go past the pickle.
buffers = []
blocks = [pickle.PickleBuffer(b'read'), pickle.PickleBuffer(bytearray(b'write'))]
data = pickle.dumps(blocks, 5, buffer_callback=buffers.append)
print(data, [bytes(b) for b in buffers], pickle.loads(data, buffers=[b'read', bytearray(b'write')]))
print(pickle.loads(pickle.dumps(blocks, 5)), pickle.dumps(blocks[0], 5, buffer_callback=lambda b: True))
for buffers in (None, (), (b'1',)):
    try:
        pickle.loads(data, buffers=buffers)
    except pickle.UnpicklingError as e:
        print(e)
block = pickle.PickleBuffer(memoryview(b'abcdef').cast('B', (2, 3)))
print(block.raw(), block.raw().shape, memoryview(block).shape, memoryview(blocks[0]).obj)
block.release()
try:
    block.raw()
except ValueError as e:
    print(e)

# Picklers are not to be used while they run.
class Again:
    def __reduce__(self):
        for use in (lambda: pickler.dump(1), lambda: pickler.__init__(file)):
            try:
                use()
            except RuntimeError as e:
                print(e)
        return int, ()


pickler = pickle.Pickler(file)
pickler.dump(Again())

# What Python 2 wrote.
print(pickle.loads(b"c__builtin__\nxrange\n(I1\nI5\ntR."), pickle.loads(b"S'a\\xe9'\n.", encoding='latin-1'),
      pickle.loads(b'U\x02\xe9a.', encoding='bytes'), pickle.loads(b'U\x02\xe9a.', errors='replace'))
print(pickle.dumps(range, 2), pickle.dumps(range, 2, fix_imports=False), pickle.dumps(range, 3))
