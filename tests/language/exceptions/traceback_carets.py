import traceback
def show(src):
    try: exec(compile(src, 'mem.py', 'exec'))
    except Exception as e: print([(fs.lineno, fs.end_lineno, fs.colno, fs.end_colno) for fs in traceback.extract_tb(e.__traceback__)][-1])
show('a = 1\nb = a + (2 / 0)'); show('x = [1]\nprint(x[0], x[5])'); show('def f(): pass\nf(1)'); show('None.foo.bar'); show('(1).x = 2'); show('int("q",\n 10)')
