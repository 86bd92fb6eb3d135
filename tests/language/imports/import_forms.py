import _pkg.simple, _allmod as al
import _pkg.sub.leaf as leaf
print(_pkg.simple.VALUE, al.a, leaf.__name__, _pkg.sub.SUB)
def f():
    import _allmod
    from _pkg import simple as s
    return _allmod.c, s.VALUE
print(f())
