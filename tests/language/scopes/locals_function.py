def f(a, b=2):
    c = 3
    d = locals()
    d['a'] = 99
    return sorted(d.items()), a
print(f(1))
class A:
    x = 1
    print(sorted(k for k in locals() if not k.startswith('__')))
print(locals() is globals())
