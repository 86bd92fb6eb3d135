def body():
    return None
C = __build_class__(body, 'C')
print(C, C.__bases__)
for f in (lambda: __build_class__(), lambda: __build_class__(5, 'x'), lambda: __build_class__(body, 5)):
    try: f()
    except TypeError as e: print(e)
