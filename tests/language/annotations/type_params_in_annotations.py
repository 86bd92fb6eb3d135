def f[T: int, *Ts, **P](a: T, *b: *Ts) -> list[T]: pass
print(f.__annotations__)
class A[T]:
    x: T
    def m(self, v: T) -> 'A[T]': pass
print(A.__annotations__, A.m.__annotations__)
