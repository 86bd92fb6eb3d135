it = iter(range(10))
try:
    a, b = it
except ValueError as e:
    print(e, next(it))
