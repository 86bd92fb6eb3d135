# `throw` chains an exception to what the generator handles, not to what its caller handles.
def plain():
    yield


def delegating():
    yield from plain()


def handling():
    try:
        1 / 0
    except ZeroDivisionError:
        yield


def finished():
    return
    yield


for make in plain, delegating, handling, finished:
    generator = make()
    next(generator, None)
    try:
        try:
            raise KeyError("outer")
        except KeyError:
            generator.throw(ValueError("thrown"))
    except ValueError as error:
        print(make.__name__, repr(error.__context__))
