print(len(''), len([1]), len({}), len(range(5)), len(b'ab'), len({1, 2}), len((1,)), len('é😀'))
for o in (5, None, iter([]), lambda: 0, int, (x for x in ())):
    try: len(o)
    except TypeError as e: print(e)
