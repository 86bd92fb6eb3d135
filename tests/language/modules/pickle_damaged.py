import io, pickle

PICKLES = (
    b'', b'N', b'garbage', b'\x00.', b"'", b'\x80\x06.', b'.', b'0', b'1', b'2', b'(2', b'R', b')R', b'N)R.', b'a', b'Na',
    b'b', b'd', b'(Nd.', b'e', b'(e', b'l', b'o', b'(o', b'p1\n', b'Np-1\n.', b'Npx\n.', b'gx\n', b'g7\n', b'h\x07',
    b'q\x00', b's', b'NNs', b'}(Nu.', b't', b'\x85', b'N(\x86', b'\x90', b'\x91', b'\x93', b'N\x8c\x01a\x93.', b'\x94',
    b'N(.', b'B\x03\x00\x00\x00ab', b'C\x03ab', b'F1', b'Fx\n.', b'F1x\n.', b'G\x00', b'I', b'Ix\n.', b'I\n', b'J\x00',
    b'Lx\n.', b'LxL\n.', b"S'a", b'Sa\n.', b"S'\\\n.", b"S'\\x1'\n.", b'T\x00\x00\x00\x80', b'X\x02\x00\x00\x00a',
    b'\x8c\x01\xff.', b'\x8e' + b'\xff' * 8, b'\x8d' + b'\xff' * 8, b'\x96' + b'\xff' * 8, b'\x95' + b'\xff' * 8,
    b'\x8b\xff\xff\xff\xff', b'\x95\x02\x00\x00\x00\x00\x00\x00\x00K', b'\x95\x01\x00\x00\x00\x00\x00\x00\x00K\x01.',
    b'\x95\x0a\x00\x00\x00\x00\x00\x00\x00N\x95\x00\x00\x00\x00\x00\x00\x00\x00N.', b'P1\n.', b'P\xff\n.', b'NQ.',
    b'\x82\x00.', b'\x82\x01.', b'\x84\xff\xff\xff\xff.', b'\x97.', b'N\x98.', b'N)\x81.', b'cbuiltins\nint\nN\x81.',
    b'cbuiltins\nint\n)N\x92.', b'cbuiltins\nlen\n)\x81.', b'cmath\n\n.', b'c\nx\n', b'cnowhere\nx\n.', b'cmath\nxx\n.',
    b'\x80\x04cmath\nlog.x\n.', b'\x80\x02cmath\nlog.x\n.', b'ibuiltins\nlist\n', b'(ibuiltins\nlen\n.',
    b'cbuiltins\nException\n)R]b.', b'cbuiltins\nException\n)RN}\x86b.', b'cbuiltins\nobject\n)\x81]b.',
    b'cbuiltins\nobject\n)\x81N]\x86b.', b'K\x01K\x02a.', b']K\x01K\x02s.', b'(]\x90.', b'])}\x92.',
)
for data in PICKLES:
    results = []
    for load in (pickle.loads, lambda data: pickle.load(io.BytesIO(data)),
                 lambda data: pickle.load(io.BufferedReader(io.BytesIO(data)))):
        try:
            results.append(repr(load(data)))
        except Exception as e:
            results.append(f'{type(e).__name__}: {e}')
    print(data, *dict.fromkeys(results))


# Files are read no further than the pickle, whatever they can do.
class Minimal:
    def __init__(self, data):
        self.file = io.BytesIO(data)
        self.read, self.readline = self.file.read, self.file.readline


for protocol in range(6):
    data = pickle.dumps(['item', {'key': (1.5, 10**30)}], protocol)
    for file in (io.BytesIO(data * 2), Minimal(data * 2), io.BufferedReader(io.BytesIO(data * 2), 5)):
        unpickler = pickle.Unpickler(file)
        print(unpickler.load() == unpickler.load(), end=' ')
        try:
            unpickler.load()
        except EOFError as e:
            print(e)
for file in (None, io.StringIO('x')):
    try:
        pickle.load(file)
    except TypeError as e:
        print(e)
