def f(x):
    match x:
        case {'type': 'a', 'v': v}: return f'a {v}'
        case {'type': str(t), **rest}: return f'{t} {rest}'
        case {1: _, None: n}: return f'keys {n}'
        case {'deep': {'list': [_, y]}}: return f'deep {y}'
        case {}: return 'some mapping'
        case _: return 'no'
print([f(x) for x in ({'type': 'a', 'v': 1, 'z': 0}, {'type': 'b', 'k': 2}, {1: 1, None: 2}, {'deep': {'list': (1, 2)}}, {}, {'q': 1}, [('type', 'a')])])
