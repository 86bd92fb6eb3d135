a = object(); b = a
print(id(a) == id(b), id(a) == id(object()), isinstance(id(a), int), id(a) > 0)
