def a(): pass
def b(x): pass
def c(x, y=1): pass
def d(x, *, k=1): pass
def e(x, *, k): pass
class K:
    def m(self): pass
for call in ('a(1)', 'a(1, 2)', 'b(1, 2)', 'c(1, 2, 3)', 'd(1, 2)', 'e(1, 2, k=3)', 'K().m(1)', 'd(1, 2, k=3)', 'a(*range(5))'):
    try: eval(call)
    except TypeError as e_: print(e_)
