class A:
    def __init__(self):
        self.b = 1; self.a = 2; self.c = 3
a = A(); del a.a; a.a = 9; a.d = 4
print(a.__dict__, list(vars(a)))
for i in range(40): setattr(a, f'x{i}', i)
print(len(a.__dict__), a.x39, list(a.__dict__)[-1])
a.__dict__[5] = 'int key'
print(a.__dict__[5])
