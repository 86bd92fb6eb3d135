print(..., Ellipsis, NotImplemented, None, True, False, type(...).__name__, type(NotImplemented).__name__, type(None).__name__)
print(type(...)() is ..., type(None)() is None)
try:
    bool(NotImplemented)
except TypeError as e:
    print(e)
