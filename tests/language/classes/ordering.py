class V:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
    def __repr__(self): return f'V{self.v}'
print(sorted([V(3), V(1), V(2)]), min(V(2), V(1)), max([V(2), V(5)]), V(1) > V(0))
try: V(1) <= V(2)
except TypeError as e: print(e)
