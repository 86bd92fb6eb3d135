def f(a, b):
    return a + \
        b
c = f.__code__
print(sorted({p[0] for p in c.co_positions() if p[0]}), [l for *_, l in c.co_lines() if l][0], c.co_names, c.co_filename, c.co_stacksize >= 0, c == f.__code__, hash(c) == hash(f.__code__))
g = c.replace(co_name='renamed', co_firstlineno=100)
print(g.co_name, g.co_firstlineno, c.co_name, type(c.co_code).__name__, type(c.co_consts).__name__)
