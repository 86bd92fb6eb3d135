import dis, io
def f(x): return x + 1
print(callable(dis.dis), hasattr(dis, 'opmap'), f.__code__.co_consts is not None, end=' ')
out = io.StringIO()
dis.dis(f, file=out)
print('1' in out.getvalue(), dis.Bytecode(f).dis() != '')
