class A: type X = int
x = 1; type Y[T = int] = T; y = 2
if x: type Z = int; type type = Z; z
else: pass
def f(): type T = int
type = 1; type
lambda: type
class B: type X[T = int] = T
