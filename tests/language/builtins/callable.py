class A:
    def __call__(self): pass
print(callable(A), callable(A()), callable(5), callable(print), callable(lambda: 0), callable([].append), callable(None), callable(type))
