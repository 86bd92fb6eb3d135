def outer():
    return inner([1, 2])


def inner(items):
    try:
        return items[5] + {}['key']
    except IndexError as error:
        raise ValueError('wrapped', 1) from error


outer()
