import pickle
class A:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return self.x == o.x
data = {'a': [1, 2.5, None, True, 'é', b'b', (1,), {2}, frozenset({3}), 10**30, 1j], 'o': A(5)}
for proto in range(pickle.HIGHEST_PROTOCOL + 1):
    print(proto, pickle.loads(pickle.dumps(data, proto)) == data)
l = []; l.append(l); m = pickle.loads(pickle.dumps(l)); print(m[0] is m, pickle.loads(pickle.dumps(len)) is len, pickle.loads(b'I5\n.'))
for f in (lambda: pickle.dumps(lambda: 0), lambda: pickle.loads(b''), lambda: pickle.loads(b'garbage')):
    try: f()
    except (pickle.PicklingError, EOFError, pickle.UnpicklingError, AttributeError) as e: print(type(e).__name__)
