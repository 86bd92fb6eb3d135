print({**{'a': 1, 'b': 2}, 'a': 3}, {'a': 0, **{'b': 1, 'a': 2}})
for bad in ([1], 5, None):
    try: {**bad}
    except TypeError as e: print(e)
