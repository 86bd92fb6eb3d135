import gc
def g():
    try: yield 1
    finally: print('cleanup')
def f():
    it = g(); next(it)
f()
gc.collect()
print('after')
for x in g(): break
gc.collect()
print('end')
