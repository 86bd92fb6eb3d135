def a(x): pass
def b(x, y): pass
def c(x, y, z): pass
def d(x, *, k1, k2): pass
def e(*, k1, k2, k3): pass
class K:
    def m(self, x): pass
for call in ('a()', 'b()', 'b(1)', 'c()', 'c(1)', 'd(1)', 'd(1, k1=1)', 'e()', 'K().m()', 'K.m()', 'c(y=1)', '(lambda q: 0)()'):
    try: eval(call)
    except TypeError as e_: print(e_)
