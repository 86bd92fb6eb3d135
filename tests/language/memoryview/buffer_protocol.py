class B:
    def __buffer__(self, flags): return memoryview(b'from python')
    def __release_buffer__(self, view): print('released', bytes(view[:4]))
m = memoryview(B()); print(bytes(m)); m.release()
print(bytes(B()), b'abc'.__buffer__(0)[0], memoryview(b'ab').f_contiguous, memoryview(b'abcd').cast('B', (2, 2)).f_contiguous)
class Bad:
    def __buffer__(self, flags): return 5
try: memoryview(Bad())
except TypeError as e: print(e)
