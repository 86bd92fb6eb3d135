# views that only an expression used do not keep a bytearray from being resized
class Stream:
    def __init__(self, data):
        self.buffer = bytearray(data)

    def read(self, n):
        data = bytes(memoryview(self.buffer)[:n])
        del self.buffer[:n]
        return data

    def read_all(self):
        return [self.read(3) for _ in range(3)]


stream = Stream(b"abcdefgh")
print(stream.read_all(), stream.buffer)
stream.buffer += b"12345"
total = sum(memoryview(stream.buffer)) + len(bytes(memoryview(stream.buffer)[1:]))
stream.buffer.clear()
print(total, stream.buffer)
kept = memoryview(stream.buffer)
try:
    stream.buffer.append(1)
except BufferError as e:
    print(e)
