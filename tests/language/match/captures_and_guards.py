def f(x):
    match x:
        case n if n is None: return 'none'
        case int() as n if n > 10: return f'big {n}'
        case int(n): return f'int {n}'
        case [a, b] if a == b: return 'same'
        case [a, _]: return f'first {a}'
        case other: return f'other {other}'
print([f(x) for x in (None, 50, 5, [1, 1], (2, 3), 'xy', {})])
