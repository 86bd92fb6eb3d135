import _nspkg.mod
print(_nspkg.mod.where, _nspkg.__file__ if hasattr(_nspkg, '__file__') else None, len(list(_nspkg.__path__)))
