import _pkg.simple as m
print(m.__name__, m.__package__, m.VALUE, m.__spec__.name, m.__file__.endswith('simple.py'), m.__doc__, type(m).__name__)
import _pkg
print(_pkg.__path__ is not None, _pkg.simple is m, _pkg.__package__)
