class Color: RED = 1; GREEN = 'g'
class ns: inner = Color
def f(x):
    match x:
        case Color.RED: return 'red'
        case ns.inner.GREEN: return 'green'
        case _: return '?'
print([f(x) for x in (1, 'g', 2, 1.0, True)])
