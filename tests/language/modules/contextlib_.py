import contextlib
@contextlib.contextmanager
def cm(x):
    print('enter', x)
    try: yield x * 2
    except ValueError: print('swallowed')
    finally: print('exit')
with cm(2) as v: print(v)
with cm(1): raise ValueError
with contextlib.suppress(KeyError): {}['x']
with contextlib.ExitStack() as s: s.callback(print, 'cb'); print(s.enter_context(cm(5)))
import io
with contextlib.redirect_stdout(io.StringIO()) as f: print('captured')
print(repr(f.getvalue()))
with contextlib.closing(io.StringIO()) as c: pass
print(c.closed)
