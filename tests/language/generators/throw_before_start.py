def g():
    try: yield 1
    except ValueError: print('never')
it = g()
try: it.throw(ValueError('early'))
except ValueError as e: print('out', e)
print(list(it))
