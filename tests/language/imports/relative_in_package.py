import _pkg.sub
print(_pkg.sub.VALUE, _pkg.sub.leaf.__package__, _pkg.sub.SUB)
try: exec('from ..... import x', {'__package__': '_pkg.sub', '__name__': '_pkg.sub'})
except ImportError as e: print(e)
