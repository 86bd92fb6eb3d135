import contextvars
v = contextvars.ContextVar('v', default='d')
t = v.set(1); print(v.get()); v.reset(t); print(v.get())
c = contextvars.copy_context(); print(c.run(lambda: (v.set(9), v.get())[1]), v.get(), c[v])
