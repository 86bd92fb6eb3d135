x: int
(x): int = 1
x.y: int
x[0]: int = yield
x: tuple = 1, 2
