for fmt, arg in (('%d', 'x'), ('%s %s', ('a',)), ('%s', ('a', 'b')), ('%(a)s', {}), ('%(a)s', (1,)), ('%', ()), ('%z', 1), ('%c', 'ab'), ('%x', 1.5), ('%c', 0x110000), ('%d %d', 1), ('no', 1), ('%f', 'a'), ('%(a', {}), ('%*d', ('a', 1)), ('%c', None)):
    try: print(fmt % arg)
    except (TypeError, ValueError, KeyError, OverflowError) as e: print(type(e).__name__, e)
