class A:
    __slots__ = ('x', 'y')
a = A(); a.x = 1
print(a.x, hasattr(a, '__dict__'), A.x.__name__, type(A.x).__name__, A.__slots__)
for src in ('a.y', 'a.z = 1', 'del a.y', 'a.__dict__', 'A.x.__get__(5)', 'A.x.__set__(5, 1)'):
    try: exec(src)
    except (AttributeError, TypeError) as e: print(type(e).__name__, e)
del a.x; print(hasattr(a, 'x'))
