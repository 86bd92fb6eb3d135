x = 1; y = 2; print(x, y)
if x: print('a'); print('b')
while x: x -= 1; print(x)
class A: p = 1; q = 2
def f(): z = 3; return z
print(A.p, A.q, f())
