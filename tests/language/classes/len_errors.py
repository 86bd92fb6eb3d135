class A:
    def __init__(self, v): self.v = v
    def __len__(self): return self.v
for v in (-1, 'x', 2**70, 1.5, None, True):
    try: print(len(A(v)))
    except (ValueError, TypeError, OverflowError) as e: print(type(e).__name__, e)
try: bool(A(-1))
except ValueError as e: print(e)
