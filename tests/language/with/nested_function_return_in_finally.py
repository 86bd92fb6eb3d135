class CM:
    def __enter__(self): return self
    def __exit__(self, *a): return False
def f():
    try:
        with CM():
            try: raise ValueError
            finally: print('inner')
    except ValueError: return 'caught'
print(f())
