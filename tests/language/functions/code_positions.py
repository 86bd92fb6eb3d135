def f(a, b):
    return a + \
        b
c = f.__code__
# What an operand that is a variable has in the table, and which line the prologue has, is the bytecode's own matter;
# whatever can raise has its place.
print((2, 3, 11, 9) in c.co_positions(), {2} <= {p[0] for p in c.co_positions()}, [l for *_, l in c.co_lines() if l][0], c.co_names, c.co_filename, c.co_stacksize >= 0, c == f.__code__, hash(c) == hash(f.__code__))
g = c.replace(co_name='renamed', co_firstlineno=100)
print(g.co_name, g.co_firstlineno, c.co_name, type(c.co_code).__name__, type(c.co_consts).__name__)
def several(a):
    return (a.first,
            a[
                0],
            a(a.second,
              a
              .third,
              -a))
positions = set(several.__code__.co_positions())
print([p in positions for p in (
    (11, 11, 12, 19),
    (12, 13, 12, 18),
    (15, 16, 14, 20),
    (14, 14, 14, 22),
    (17, 17, 14, 16),
    (14, 17, 12, 17),
)])
