d = {}
class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return 7
    def __eq__(self, o):
        d.clear()
        return False
d[K(1)] = 1
print(d.get(K(2), 'not found'), d)
