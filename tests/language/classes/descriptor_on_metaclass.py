class M(type):
    @property
    def p(cls): return 'meta p of ' + cls.__name__
    def m(cls): return 'meta m'
class A(metaclass=M):
    pass
print(A.p, A.m())
for f in (lambda: A().p, lambda: A().m()):
    try: f()
    except AttributeError as e: print(e)
A.__dict__
class B(metaclass=M):
    p = 'class attr loses to data descriptor'
    m = 'class attr wins'
print(B.p, B.m, B().p)
