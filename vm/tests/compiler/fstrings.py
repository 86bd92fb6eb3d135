def f(a, b):
    return f"{a}", f"x{a!r:>{b}}y{b=}", f"a" "b", f"", t"{a!s:x}{b}c"
