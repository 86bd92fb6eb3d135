# array.array: items of machine numbers, list methods, slices, buffers, pickles
import copy, io, pickle, struct
from array import ArrayType, array, typecodes

print(typecodes, ArrayType is array)
for code in "bBhHiIlLqQfd":
    a = array(code, [1, 2, 3])
    print(a, a.typecode, a.itemsize, a[0], a[-1], a[1:], len(a))

a = array("d", [0.5, 1e300, float("inf")])
a.append(2)
a[0] = -1
a.insert(1, 7.25)
print(a, a.pop(), a.index(7.25), 1e300 in a, a.count(-1.0))
a.extend(x / 2 for x in range(3))
a.extend(a)
print(a, a.remove(0.5), len(a))
a.reverse()
del a[1:5]
print(a, a[::-2])
a[::2] = array("d", [9] * len(a[::2]))
a[1:1] = array("d", [4, 4])
del a[::3]
print(a, a * 2, array("d", [1]) + a)
a *= 2
a += array("d", [3])
print(a, a.tolist(), list(a) == a.tolist())

for code, value in [("b", 128), ("B", -1), ("h", 40000), ("H", 70000), ("i", 2**31), ("I", -1), ("l", 2**63),
                    ("Q", 2**64), ("q", 2**63), ("i", 1.5), ("d", "x"), ("w", "xy"), ("i", "s")]:
    try:
        print(array(code, [value]))
    except (OverflowError, TypeError) as e:
        print(code, type(e).__name__, e)

w = array("w", "añ€😀")
w.fromunicode("z")
print(w, w.tounicode(), w[3], w == array("w", "añ€😀z"))

m = array("H", [1, 2, 3])
v = memoryview(m)
v[1] = 500
print(v.format, v.itemsize, v.tolist(), bytes(m), struct.unpack("3H", m), v.obj is m)
try:
    m.append(4)
except BufferError as e:
    print(e)
v.release()
m.frombytes(b"\4\0")
print(io.BytesIO(b"\7\0\7\0").readinto(m), m)
m.byteswap()
print(m, m.tobytes(), bytearray(m), b"".join([m, m])[:3])
f = io.BytesIO()
m.tofile(f)
f.seek(0)
n = array("H")
try:
    n.fromfile(f, 9)
except EOFError as e:
    print(e, n == m)

print(array("i", [1, 2]) < array("d", [1, 2.5]), array("B", [1]) == array("d", [1.0]), array("i") == [])
class Sub(array):
    def __new__(cls, *args):
        return super().__new__(cls, *args)
s = Sub("i", [1, 2])
s.note = "kept"
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    t = pickle.loads(pickle.dumps(s, protocol))
    print(t, t.note, type(t).__name__)
print(copy.copy(s), copy.deepcopy(s), pickle.loads(pickle.dumps(iter(s))).__next__())
import collections.abc
print(isinstance(s, collections.abc.MutableSequence))
match array("i", [5, 6]):
    case [x, y]:
        print(x, y)
