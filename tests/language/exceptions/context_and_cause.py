try:
    try:
        try: 1 / 0
        except ZeroDivisionError: [][0]
    except IndexError as e: raise KeyError('k') from e
except KeyError as e:
    print(repr(e), repr(e.__cause__), repr(e.__context__), e.__suppress_context__, repr(e.__context__.__context__))
