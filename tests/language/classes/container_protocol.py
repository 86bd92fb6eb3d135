class C:
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __len__(self): return len(self.d)
    def __contains__(self, k): return k in self.d
    def __iter__(self): return iter(self.d)
    def __reversed__(self): return reversed(self.d)
    def __bool__(self): return True
c = C(); c['a'] = 1; c['b', 2] = 3; c['n'] = 0; c['n'] += 5; del c['a']
print(len(c), 'a' in c, list(c), list(reversed(c)), bool(C()), c['n'])
