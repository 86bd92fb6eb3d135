def f(x):
    match x:
        case 0: return 'zero'
        case -1: return 'minus one'
        case 1.5: return 'float'
        case 'a' 'b': return 'ab'
        case b'x': return 'bytes'
        case None: return 'None'
        case True: return 'True'
        case 2 + 3j: return 'complex'
        case 'q' | 'r' | 7: return 'or'
        case _: return 'other'
print([f(x) for x in (0, -1, 1.5, 'ab', b'x', None, True, 2 + 3j, 'r', 7, 1, False, 0.0, [])])
