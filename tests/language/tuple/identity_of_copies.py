t = (1, 2)
print(tuple(t) is t, t[:] is t, () is tuple([]), t * 1 is t, (*t,) == t)
