x = 10
print(eval('x + 1'), eval(' 2 * 3 '), eval('x', {'x': 'g'}), eval('x', {'x': 'g'}, {'x': 'l'}), exec('y = 5'), y)
ns = {}; exec('def f(): return z\nz = 7', ns); print(ns['f']())
for f in (lambda: eval('a = 1'), lambda: eval(''), lambda: eval(5), lambda: eval('1', 5), lambda: exec('1', 5), lambda: eval('undefined', {}), lambda: exec('x', {}, 5), lambda: eval('(')):
    try: f()
    except (SyntaxError, TypeError, NameError) as e: print(type(e).__name__, e)
def h():
    v = 1
    exec('v = 2')
    return v, eval('v')
print(h())
