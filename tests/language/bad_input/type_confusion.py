import builtins
values = (None, 0, -1, 2**70, 1.5, float('nan'), 'x', b'x', [], (), {}, set(), object(), int, len, ..., NotImplemented, lambda: 0, slice(1), range(3), iter([]))
skip = {'input', 'breakpoint', 'help', 'exit', 'quit', 'print', 'open', 'copyright', 'credits', 'license', '__import__', 'exec', 'eval', 'compile'}
calls = 0
for name in sorted(vars(builtins)):
    f = getattr(builtins, name)
    if name in skip or not callable(f): continue
    for args in [()] + [(v,) for v in values] + [(v, w) for v in values for w in values[:9]]:
        if any(isinstance(a, int) and a > 2**60 for a in args): continue
        try: f(*args)
        except Exception: pass
        calls += 1
print(calls > 5000, 'survived')
