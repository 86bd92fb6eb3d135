def f[T, *Ts, **P](x: T) -> T: return x
print(f.__type_params__, f(3), f.__annotations__['x'] is f.__type_params__[0])
class C[T: int = bool]:
    def m[U: (int, str)](self): return U
print(C.__type_params__, C.__type_params__[0].__bound__, C.__type_params__[0].__default__, C().m().__constraints__, C[int])
