import atexit
atexit.register(print, 'last')
@atexit.register
def f(): print('first')
atexit.register(print, 'x', sep='')
print('body')
