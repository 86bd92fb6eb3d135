from _pkg.simple import VALUE, func as f
from _pkg import NAME, simple
print(VALUE, f(), NAME, simple.VALUE)
for src in ('from _pkg import missing', 'from _pkg.simple import nope', 'from _nomodule import x', 'import _pkg.zzz', 'import _pkg.simple.x', 'from _pkg.zzz import y'):
    try: exec(src)
    except ImportError as e: print(type(e).__name__, str(e).split(' (/')[0], e.name)
