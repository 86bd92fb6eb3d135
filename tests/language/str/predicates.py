tests = ['', 'abc', 'ABC', 'Abc Def', '123', '½', '²', '١٢', 'a1', ' \t\n', 'é', 'a b', '_x', '1x', 'class', '中', '\x00', 'ǅ', 'Ⅷ']
for m in ('isalpha', 'isdigit', 'isdecimal', 'isnumeric', 'isalnum', 'isspace', 'isupper', 'islower', 'istitle', 'isidentifier', 'isprintable', 'isascii'):
    print(m, ''.join('01'[getattr(t, m)()] for t in tests))
