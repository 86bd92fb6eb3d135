def bad(x):
    if x == 2: raise ValueError(x)
    return x
try: [bad(x) for x in range(5)]
except ValueError as e: print(e)
try: [x for x in 5]
except TypeError as e: print(e)
try: {[]: 1 for _ in range(1)}
except TypeError as e: print(e)
try: [a + b for a, b in [(1, 2), (3,)]]
except ValueError as e: print(e)
print([1 for x in [] for y in undefined_name])
