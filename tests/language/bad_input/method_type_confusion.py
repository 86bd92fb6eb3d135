values = (None, -1, 2**70, 1.5, 'x', b'x', [1], (1,), {1: 2}, {1}, object(), int, lambda *a: a)
subjects = (5, True, 1.5, 2j, 'str', b'bytes', bytearray(b'ba'), [1, 2], (1, 2), {'a': 1}, {1}, frozenset({2}), range(5), slice(1), memoryview(b'mv'), iter([1]), {}.items(), property(), object(), ValueError('v'), (x for x in 'ab'))
calls = 0
for subject in subjects:
    for name in dir(subject):
        if name in ('__class__', '__init_subclass__', '__subclasshook__', '__reduce__', '__reduce_ex__'): continue
        if subject.__class__ in (str, bytes, bytearray, list, tuple) and name in ('__mul__', '__rmul__', '__imul__', 'center', 'ljust', 'rjust', 'zfill', 'expandtabs', 'resize'): continue
        if name in ('__lshift__', '__rpow__', '__pow__', '__rlshift__'): continue
        try: method = getattr(subject, name)
        except ValueError: continue
        if not callable(method): continue
        for args in [()] + [(v,) for v in values] + [(v, w) for v in values for w in values[:6]]:
            try: method(*args)
            except Exception: pass
            calls += 1
print(calls > 10000, 'survived')
