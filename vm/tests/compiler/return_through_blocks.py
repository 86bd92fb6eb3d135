def f(a, b):
    for i in a:
        with b:
            try:
                if i: return i
                if a: break
                if b: continue
            except E as e:
                return e
            finally:
                g()
    return 1
