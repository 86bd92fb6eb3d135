class A: pass
print(type(A()), type(A), type(type), type(5), type(None), type(print), type(lambda: 0), type(A.__dict__), type(...), type(type.mro))
for f in (lambda: type(), lambda: type(1, 2)):
    try: f()
    except TypeError as e: print(e)
