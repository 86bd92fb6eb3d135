for f in (lambda: str.upper(5), lambda: list.append((), 1), lambda: int.__add__('a', 1), lambda: dict.get([], 1), lambda: list.append(), lambda: object.__repr__(), lambda: str.__len__([])):
    try: f()
    except TypeError as e: print(e)
