def f[T: int = str, *Ts, **P](a: T = 1, *, k=2) -> P: pass
class A[T: (int, str)](B): x: T
type X[T] = list[T]
type Y = int
