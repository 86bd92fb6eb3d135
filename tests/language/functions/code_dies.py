import gc, weakref


def collected(*references):
    gc.collect()
    return [r() is None for r in references]


def references(f): return weakref.ref(f), weakref.ref(f.__code__)


def run(text):
    namespace = {}
    exec(text, namespace)
    return namespace["f"]


# Nobody refers to a function and its code.
print(collected(*references(lambda: 1)), collected(*references(run("def f(): return 1"))))

# A function keeps its code, that of a nested function, and a code object outlives its function.
f = run("def f():\n  def g(): return h\n  h = 5\n  return g")
g = f()
function, code = references(f)
del f
print(collected(function, code), g())
inner = references(g)
text = g.__code__
del g
print(collected(*inner), text.co_name)
del text
print(collected(*inner))

# What runs or waits keeps its code: a frame, a generator, a traceback.
def running(reference):
    print(collected(reference), "running")
f = run("def f(g, r):\n  g(r)\n  return 'done'")
code = references(f)[1]
print((lambda f: f(running, code))(f))
g = run("def f():\n  x = yield 1\n  yield x")
function, code = references(g)
g = g()
print(next(g), collected(function, code), g.send(2), list(g))
del g
print(collected(function, code))
f = run("def f():\n  raise ValueError(1)")
function, code = references(f)
try:
    f()
except ValueError as e:
    error = e
    del f
print(collected(function, code), error.__traceback__.tb_next.tb_frame.f_code.co_name)
del error
print(collected(function, code))

# Other code may stand where dead code stood: what instructions have learned must not outlive it.
class One:
    def __init__(self): self.a, self.b = 1, 2
    def c(self): return 3
class Two:
    def __init__(self): self.b, self.a = 20, 10
    def c(self): return 30
objects = [One(), Two(), One()]
total = 0
for i in range(300):
    name = "ab"[i % 2]
    f = run(f"def f(o): return o.{name} + o.c() if o.{name} else o.{name}")
    total += sum(f(o) for o in objects)
    if i % 10 == 0:
        gc.collect(i // 10 % 3)
print(total)
