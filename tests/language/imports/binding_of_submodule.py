import _pkg
print(hasattr(_pkg, 'simple'))
import _pkg.simple
print(hasattr(_pkg, 'simple'))
import _pkg.simple as s
_pkg.simple = 'replaced'
from _pkg import simple
print(simple, s.VALUE)
