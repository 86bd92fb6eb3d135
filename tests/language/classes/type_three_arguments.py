A = type('A', (), {'x': 1, 'f': lambda self: self.x})
B = type('B', (A,), dict(y=2), )
print(A().f(), B.y, B.__mro__, A.__name__, A.__qualname__, A.__module__)
for args in ((1, (), {}), ('A', [], {}), ('A', (), []), ('A', (5,), {}), ('A',()), ('A\0', (), {})):
    try: type(*args)
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
