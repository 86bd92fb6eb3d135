x = 'outer'
print([x for x in 'ab'], x)
i = 5
print([i for i in range(i)], i)
def f(n):
    return [(n, m) for n in range(n) for m in range(n)], n
print(f(3))
class A:
    y = [1, 2, 3]
    z = [v for v in y if v > 1]
print(A.z, hasattr(A, 'v'))
