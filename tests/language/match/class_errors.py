class P: __match_args__ = ('x',); x = 1
class N: pass
class B: __match_args__ = ['x']; x = 1
class D: __match_args__ = ('x', 'x'); x = 1
class I: __match_args__ = (5,)
for pat, v in (('P(a, b)', P()), ('N(a)', N()), ('B(a)', B()), ('D(a, b)', D()), ('I(a)', I()), ('P(a, x=b)', P()), ('notclass(a)', 5), ('int(a, b)', 5)):
    notclass = 5
    try: exec(f'match v:\n case {pat}: print("matched")\n case _: print("no")')
    except TypeError as e: print(e)
