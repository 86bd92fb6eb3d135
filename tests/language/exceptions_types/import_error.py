e = ImportError('msg', name='n', path='p')
print(e, e.name, e.path, e.msg, e.args, ImportError().name, ImportError(1, 2).msg, e.name_from)
try: ImportError('m', bad=1)
except TypeError as x: print(x)
