def f(x):
    assert x
    assert x, "message"
    raise ValueError(x) from None
