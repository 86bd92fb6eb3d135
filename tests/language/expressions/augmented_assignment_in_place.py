a = b = [1]
a += [2]; print(a, b, a is b)
a = a + [3]; print(a, b)
t = ([],)
try:
    t[0] += [1]
except TypeError as e:
    print(e, t)
