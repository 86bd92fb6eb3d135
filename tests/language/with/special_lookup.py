class CM: pass
c = CM()
c.__enter__ = lambda: None
c.__exit__ = lambda *a: None
try:
    with c: pass
except TypeError as e: print(e)
