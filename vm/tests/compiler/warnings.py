assert (x, "always")
x is 1, 1(2), [1]["a"]
def f():
    try: pass
    finally: return 1
