def g():
    x = yield
    y = yield 1, 2
    z = [(yield 'in list'), (yield)]
    print(x, y, z, (yield))
    return (yield x)
it = g()
out = [next(it)]
for v in 'abcdef':
    try: out.append(it.send(v))
    except StopIteration as e: out.append(('stop', e.value)); break
print(out)
