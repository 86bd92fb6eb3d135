class A:
    class B:
        def m(self): pass
print(A.B.__name__, A.B.__qualname__, A.B.m.__qualname__, A.B)
A.__name__ = 'Z'; print(A.__name__, A.__qualname__, A)
A.__qualname__ = 'Q.Z'; print(A)
for src in ('A.__name__ = 5', 'A.__qualname__ = 5', 'del A.__name__', 'A.__module__ = "m"; print(A)', 'int.__name__ = "x"', 'A.__name__ = "x\\0"'):
    try: exec(src)
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
