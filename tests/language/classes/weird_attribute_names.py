class A: pass
a = A()
setattr(a, 'has space', 1); setattr(a, '', 2); setattr(a, 'é', 3)
print(getattr(a, 'has space'), getattr(a, ''), a.é, a.__dict__)
for f in (lambda: getattr(a, 5), lambda: setattr(a, 5, 1), lambda: hasattr(a, None), lambda: delattr(a, 5), lambda: getattr(a)):
    try: f()
    except TypeError as e: print(e)
