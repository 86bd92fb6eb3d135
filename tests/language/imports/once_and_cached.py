import sys
import _counter
_counter.count = 5
import _counter as again
print(again.count, again is _counter, sys.modules['_counter'] is _counter)
del sys.modules['_counter']
import _counter as fresh
print(fresh.count, fresh is again)
sys.modules['_counter'] = 'anything'
import _counter
print(_counter)
sys.modules['_blocked'] = None
try: import _blocked
except ModuleNotFoundError as e: print(e)
