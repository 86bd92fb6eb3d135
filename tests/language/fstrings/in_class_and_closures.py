class A:
    x = 5
    s = f'{x} {x!r}'
def f(v):
    def g(): return f'{v} {v:>{w}}'
    w = 4
    return g
print(A.s, f(1)(), [f'{i}-{j}' for i in 'ab' for j in range(2)])
