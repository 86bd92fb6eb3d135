# a bytearray whose bytes a method is using cannot change its size
b = bytearray(b"abc")

class Clearing:
    def __index__(self):
        b.clear()
        return 97

class Separator(bytes):
    def __len__(self):
        b.clear()
        return 1

class Shown:
    def __repr__(self):
        b.clear()
        return ""

for f in (lambda: b.find(Clearing()), lambda: Clearing() in b, lambda: b.hex(Separator(b":")), lambda: bytearray(b) % (), lambda: b.split(Clearing())):
    try:
        print(f())
    except (BufferError, TypeError) as e:
        print(type(e).__name__, e)
b[:] = b"%a"
try:
    b % Shown()
except BufferError as e:
    print(e)
view = memoryview(b)
b.resize(2)
try:
    b.resize(3)
except BufferError as e:
    print(e, b)
