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
