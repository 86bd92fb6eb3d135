# Assigning to __code__ changes the next call; what runs, waits or is shown keeps its code.
import sys


def other(*rest): return "other", rest


def f(n):
    local = [n]
    f.__code__ = other.__code__
    values = [x + n for x in range(3)]
    print(len(values), sum(values), max(values), sorted(local), f.__code__.co_name)
    return "old", n


print(f(4), f(5), f())


def g():
    x = yield 1
    y = len([1, x])
    print(y, sum([y, y]))
    yield x


def h():
    yield "new"


i = g()
j = g()
next(i)
g.__code__ = h.__code__
print(i.send(7), next(j), j.send(8), list(g()), i.gi_code.co_name, g.__code__.co_name)


def broken(a, b, c, d, e):
    first, second, third = a, b, c
    if d:
        frames.append(sys._getframe())
    raise ValueError(first)


frames = []
errors = []
for d in 0, 1:
    try: broken(1, 2, 3, d, 5)
    except ValueError as e: errors.append(e)
broken.__code__ = (lambda: 0).__code__
print(broken())
for e in errors:
    at = e.__traceback__.tb_next
    print(at.tb_lineno, at.tb_frame.f_code.co_name, sorted(at.tb_frame.f_locals))
print(sorted(frames[0].f_locals.items()), frames[0].f_lineno)


async def waits():
    waits.__code__ = ends.__code__
    return len([abs(-1), abs(-2)])


async def ends(): return "end"


def run(c):
    try: c.send(None)
    except StopIteration as e: return e.value


print(run(waits()), run(waits()))


def deep(n):
    if n == 0:
        deep.__code__ = shallow.__code__
        return 0
    result = deep(n - 1) + 1
    return result + len([n]) - 1


def shallow(n): return -1


print(deep(10), deep(10))
