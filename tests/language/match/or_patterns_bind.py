def f(x):
    match x:
        case [('a' | 'b') as k, (int() | str()) as v]: return k, v
        case {'x': n} | {'y': n}: return n
        case (1 | 2) | 3: return 'small'
    return 'fell through'
print([f(x) for x in (['a', 1], ['b', 's'], ['c', 1], {'x': 5}, {'y': 6}, 3, 4)])
