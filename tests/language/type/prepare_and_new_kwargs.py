print(type.__prepare__('x', ()), type('X', (), {}).__name__)
for f in (lambda: type('X', (), {}, k=1), lambda: type.__new__(int, 'X', (), {}), lambda: type.__new__(type), lambda: type.__call__(), lambda: type.__new__(type, 'X', (), {'__slots__': 5})):
    try: f()
    except TypeError as e: print(e)
