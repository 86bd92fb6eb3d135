class I:
    pass
for op in ('add', 'sub', 'mul', 'truediv', 'floordiv', 'mod', 'pow', 'lshift', 'rshift', 'and', 'xor', 'or', 'matmul'):
    setattr(I, f'__i{op}__', lambda self, o, op=op: (op, o))
for sym in '+ - * / // % ** << >> & ^ | @'.split():
    ns = {'x': I()}
    exec(f'x {sym}= 1', ns)
    print(ns['x'], end=' ')
print()
