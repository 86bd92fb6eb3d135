def g():
    x = 0
    while True:
        x = yield x * 2
        print('got', x)
it = g()
print(it.send(None), it.send(5), it.send(7), next(it, 'e') if False else '')
try: g().send(1)
except TypeError as e: print(e)
