e = ValueError('a', 1)
e.x = 5
print(e.__reduce__())
e.__setstate__({'y': 6}); print(e.y)
for src in ('e.args = 5', 'e.__cause__ = 5', 'e.__context__ = 5', 'e.__traceback__ = 5', 'del e.args'):
    try: exec(src)
    except TypeError as x: print(x)
e.args = ['l', 2]; print(e.args, repr(e))
