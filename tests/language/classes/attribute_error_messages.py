class A:
    x = 1
    def m(self): pass
a = A()
for src in ('a.nope', 'A.nope', 'a.m.nope', '(5).nope', 'None.x', '[].foo', 'print.x', 'len.y', 'type.z', '"".bar', 'a.m.x = 1', '(5).x = 1', 'None.x = 1', 'del a.q', 'del A.q', 'object().x = 1', 'int.x = 1', '[].append = 1', 'del int.real', '().count = 5'):
    try: exec(src)
    except (AttributeError, TypeError) as e: print(type(e).__name__, e)
