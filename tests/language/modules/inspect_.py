import inspect
def f(a, b: int = 1, *c, d, **e) -> str: "doc"
s = inspect.signature(f)
print(s, list(s.parameters), s.parameters['b'].default, s.parameters['d'].kind.name, inspect.isfunction(f), inspect.isclass(int), inspect.getdoc(f), inspect.ismethod([].append), inspect.isgeneratorfunction(f), s.bind(1, d=2).arguments)
class A:
    def m(self, x): pass
print(inspect.signature(A().m), [n for n, _ in inspect.getmembers(A, inspect.isfunction)], inspect.getmro(A)[1])
try: s.bind()
except TypeError as e: print(e)
print(inspect.getsource(A.m).strip(), inspect.currentframe().f_lineno)
import inspect as _inspect, os as _os
def _outer():
    free = 1
    def inner(): return free, _os.path.sep, len, undefined_name
    return inner
_vars = _inspect.getclosurevars(_outer())
print(_vars.nonlocals, sorted(_vars.globals), sorted(_vars.builtins), sorted(_vars.unbound))
