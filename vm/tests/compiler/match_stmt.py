def f(x):
    match x:
        case 1 | -2 | "a": return 1
        case None | True: return 2
        case [a, b] | (b, a, _): return a
        case [first, *rest] if rest: return rest
        case [1, *_, last]: return last
        case {"k": v, A.b: 2, **others}: return v, others
        case Point(x=0, y=y) | Point(0, y): return y
        case str() as s: return s
        case _: return None
