import threading
l = threading.Lock()
with l: print(l.locked(), l.acquire(blocking=False))
r = threading.RLock()
with r, r: print('reentrant')
print(threading.current_thread().name, threading.main_thread() is threading.current_thread(), threading.active_count())
try: l.release()
except RuntimeError as e: print(e)
loc = threading.local(); loc.x = 1; print(loc.x)
