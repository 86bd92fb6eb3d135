class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration('ret')
        return self.n
    def throw(self, e): print('throw', e); return 'thrown'
    def close(self): print('closed')
    def send(self, v): return ('sent', v)
def g():
    r = yield from It()
    print('r', r)
it = g()
print(next(it), it.send('v'), it.throw(ValueError('x'))); it.close()
print(list(g()))
