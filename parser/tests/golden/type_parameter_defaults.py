class A[T: (int, str) = int, *Ts = *tuple[int, ...], **P = [int]]: pass
type B[T = lambda x=1, y=2: x] = T
def f[T=int](x=1): pass
