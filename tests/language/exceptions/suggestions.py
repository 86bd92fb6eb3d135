import traceback
def last(f):
    try: f()
    except Exception as e: print(traceback.format_exception_only(e)[-1].strip())
class A:
    blech = 1
length = 5
last(lambda: A().bleach); last(lambda: lenght); last(lambda: [].appendd); last(lambda: prnt)
def imp():
    from collections import OrderedDic
last(imp)
