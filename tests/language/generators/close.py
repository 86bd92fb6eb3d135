def g():
    try: yield 1
    except GeneratorExit: print('exit'); raise
    finally: print('finally')
it = g(); next(it); print(it.close(), it.close())
def bad():
    try: yield 1
    except GeneratorExit: yield 2
it = bad(); next(it)
try: it.close()
except RuntimeError as e: print(e)
def ret():
    try: yield 1
    except GeneratorExit: return 'value'
it = ret(); next(it); print(it.close())
g().close()
