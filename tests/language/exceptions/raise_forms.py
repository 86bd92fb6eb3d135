for src in ('raise ValueError', 'raise ValueError("m", 2)', 'raise ValueError from KeyError("c")', 'raise', 'raise 5', 'raise int', 'raise "s"', 'raise ValueError from 5', 'raise ValueError("x") from None', 'raise None'):
    try: exec(src)
    except BaseException as e: print(type(e).__name__, e.args, repr(e.__cause__), e.__suppress_context__)
