import importlib
m = __import__('_pkg.simple')
print(m.__name__, __import__('_pkg.simple', fromlist=['VALUE']).__name__, importlib.import_module('_pkg.simple').VALUE, importlib.import_module('.simple', '_pkg').VALUE)
for f in (lambda: __import__(''), lambda: __import__(5), lambda: importlib.import_module('_nope'), lambda: importlib.import_module('.x')):
    try: f()
    except (ValueError, TypeError, ImportError) as e: print(type(e).__name__, e)
