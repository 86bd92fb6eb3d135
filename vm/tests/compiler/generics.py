def f[T: int, *Ts = *tuple[int], **P = [int]](a: T = 1, *, k=2) -> P: pass
class A[T: (int, str)](B): x: T
type X[T] = list[T]
type Y = int
