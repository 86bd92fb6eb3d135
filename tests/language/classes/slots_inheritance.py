class A: __slots__ = ('a',)
class B(A): __slots__ = ('b',)
class C(A): pass
class D(A): __slots__ = ('b', '__dict__')
b, c, d = B(), C(), D()
b.a, b.b = 1, 2; c.a, c.z = 3, 4; d.z = d.a = 5
print(b.a, b.b, c.__dict__, d.__dict__, d.a)
for src in ('class E(B, C): pass\nE().q = 1; print("ok")', 'class F: __slots__ = ("x",); x = 1', 'class G: __slots__ = ("1x",)', 'class H: __slots__ = (5,)', 'class I(int): __slots__ = ("x",)', 'class J: __slots__ = "single"\nJ().single = 1; print("single ok")', 'class K1: __slots__ = "p"\nclass K2: __slots__ = "q"\nclass K3(K1, K2): pass'):
    try: exec(src)
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
