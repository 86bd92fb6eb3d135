class CM:
    def __enter__(self): pass
    def __exit__(self, *a): print('exit', a[0])
def f():
    with CM(): return 'r'
print(f())
for i in range(3):
    with CM():
        if i == 0: continue
        if i == 1: break
print(i)
def g():
    with CM(): yield 1
    with CM(): yield 2
print(list(g()))
