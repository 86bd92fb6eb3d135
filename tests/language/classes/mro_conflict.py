class A: pass
class B(A): pass
for src in ('class C(A, B): pass', 'class D(A, A): pass', 'class E(int, str): pass', 'class F(5): pass', 'class G(type(None)): pass', 'class H(lambda: 0): pass', 'class I(bool): pass', 'class J(range): pass'):
    try: exec(src)
    except TypeError as e: print(e)
