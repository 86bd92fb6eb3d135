class LRU:
    def __init__(self, size): self.size, self.d, self.hits = size, {}, 0
    def __call__(self, f):
        def wrapper(*a):
            if a in self.d: self.hits += 1; self.d[a] = self.d.pop(a)
            else:
                self.d[a] = f(*a)
                if len(self.d) > self.size: del self.d[next(iter(self.d))]
            return self.d[a]
        wrapper.cache = self
        return wrapper
@LRU(3)
def slow(x): print('compute', x); return x * x
for x in (1, 2, 1, 3, 4, 1, 2): slow(x)
print(slow.cache.hits, list(slow.cache.d))
