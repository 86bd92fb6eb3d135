p = property()
print(p.fget, p.fset, p.fdel, p.__doc__, property(lambda s: 1, doc='D').__doc__, p.getter(len).fget is len)
try: property(1, 2, 3, 4, 5)
except TypeError as e: print(e)
