class Tree:
    def __init__(self): self.root = None
    def insert(self, k):
        def go(n):
            if n is None: return [None, k, None]
            if k < n[1]: n[0] = go(n[0])
            elif k > n[1]: n[2] = go(n[2])
            return n
        self.root = go(self.root)
    def __iter__(self):
        def walk(n):
            if n: yield from walk(n[0]); yield n[1]; yield from walk(n[2])
        return walk(self.root)
    def depth(self):
        d = lambda n: 1 + max(d(n[0]), d(n[2])) if n else 0
        return d(self.root)
t = Tree()
x = 7
for _ in range(200): x = x * 1103515245 % 2**31 % 1009; t.insert(x)
l = list(t)
print(len(l), l == sorted(set(l)), l[:5], t.depth() < 40)
