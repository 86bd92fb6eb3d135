import traceback
def last(f):
    try: f()
    except Exception as e: print(traceback.format_exception_only(e)[-1].strip())
class A:
    blech = 1
length = 5
last(lambda: A().bleach); last(lambda: lenght); last(lambda: [].appendd); last(lambda: prnt)
def imp():
    from sys import versoin
last(imp)
# Where the library lies is no part of the behaviour.
try:
    from collections import OrderedDic
except ImportError as e:
    print(e.name, e.path.endswith('collections/__init__.py'))
    print(traceback.format_exception_only(e)[-1].strip().replace(e.path, 'PATH'))
