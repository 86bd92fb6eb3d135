def f(x):
    match x:
        case []: return 'empty'
        case [1]: return 'just 1'
        case [x]: return f'one {x}'
        case (1, *rest): return f'starts 1 {rest}'
        case [*init, 9]: return f'ends 9 {init}'
        case [a, *_, z] if len(x) > 3: return f'{a}..{z}'
        case [a, (b, c), *d]: return f'nested {a} {b} {c} {d}'
        case [*all]: return f'all {all}'
        case _: return 'not a sequence'
print([f(x) for x in ([], [1], [2], (1, 2, 3), [4, 9], range(2, 7), [2, [3, 4]], [5, 6], 'str', b'by', {1, 2}, iter([1]), bytearray(b'a'), {}, [5, (6, 7), 8])])
