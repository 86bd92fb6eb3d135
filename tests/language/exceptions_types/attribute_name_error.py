e = AttributeError('m', name='n', obj=5); print(e.name, e.obj, e)
n = NameError('m', name='q'); print(n.name, n)
for f in (lambda: AttributeError('m', zz=1), lambda: NameError('m', obj=1)):
    try: f()
    except TypeError as x: print(x)
