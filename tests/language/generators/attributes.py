def gen():
    x = 1
    yield x
g = gen()
print(g.gi_running, g.gi_frame is not None, g.gi_code.co_name, g.gi_yieldfrom, g.__name__, g.__qualname__, g.gi_suspended)
next(g); print(g.gi_frame.f_locals, g.gi_suspended)
list(g); print(g.gi_frame, repr(g).split(' at ')[0])
g.__name__ = 'other'; print(g.__name__)
