print(1 in [1, 2], 3 not in [1, 2], 'b' in 'abc', 'x' in {'x': 1}, 2 in {1, 2}, 5 in range(5), (1,) in [(1,)])
