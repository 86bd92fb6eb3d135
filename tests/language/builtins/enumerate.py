print(list(enumerate('ab')), list(enumerate('ab', 5)), list(enumerate([], start=1)), list(enumerate('x', 10**20)))
e = enumerate('abc'); print(next(e), list(e), type(e).__name__, enumerate[int])
for f in (lambda: enumerate(5), lambda: enumerate(), lambda: enumerate('a', 'b'), lambda: enumerate('a', 1, 2)):
    try: f()
    except TypeError as e: print(e)
