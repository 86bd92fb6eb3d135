print(sorted([True, False, 0.5, 2]), True > False, True < 2, max(False, True), {True: 'a', 1: 'b', 1.0: 'c'}, sum([True, True]))
