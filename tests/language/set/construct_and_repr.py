print(set(), {1}, set([1, 1, 2]) == {1, 2}, sorted(set('hello')), {1, 1.0, True}, len({1, 2, 3}), set(range(3)), frozenset(), frozenset([1]), {*[1], *[2]} == {1, 2}, type({}), [set()])
for bad in (5, [[]], None):
    try: set(bad)
    except TypeError as e: print(e)
