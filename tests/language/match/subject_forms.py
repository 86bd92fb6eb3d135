match 1, 2:
    case a, b: print(a, b)
match *[1, 2], 3:
    case [x, *_]: print(x)
match (lambda: 'called')():
    case 'called': print('ok')
match {'k': [1, {'z': 2}]}:
    case {'k': [_, {'z': z}]}: print(z)
match x := 5:
    case 5: print(x)
