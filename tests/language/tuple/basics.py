t = (1, 'a', None)
print(t, t[0], t[-1], t[1:], t[::-1], len(t), (), (1,), tuple(), tuple('ab'), tuple([1, 2]), 1 in t, t + (2,), t * 2, 3 * (0,), hash(()) == hash(()), ((1, 2), (3,)))
for f in (lambda: t[3], lambda: t['a'], lambda: t + [1], lambda: tuple(5), lambda: t * 'a', lambda: hash(([],)), lambda: (1,) < ('a',)):
    try: f()
    except (IndexError, TypeError) as e: print(type(e).__name__, e)
for src in ('t[0] = 1', 'del t[0]', 't.append(1)'):
    try: exec(src)
    except (TypeError, AttributeError) as e: print(e)
