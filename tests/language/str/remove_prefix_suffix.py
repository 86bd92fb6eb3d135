print('prefix-x'.removeprefix('prefix-'), 'abc'.removeprefix('x'), 'x.py'.removesuffix('.py'), 'x'.removesuffix(''), 'aa'.removeprefix('a'))
