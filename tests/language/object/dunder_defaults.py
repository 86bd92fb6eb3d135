o = object()
print(o.__eq__(5), o.__ne__(o), o.__lt__(5), o.__format__(''), sep='|') if False else print(o.__eq__(5), o.__eq__(o), o.__ne__(o), o.__lt__(5))
print(object.__init_subclass__(), object.__subclasshook__(int), o.__sizeof__() > 0, o.__dir__() is not None, o.__reduce_ex__(2)[0].__name__)
