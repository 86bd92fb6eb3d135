def g():
    try: next(it)
    except ValueError as e: print(e)
    yield 1
it = g()
next(it)
