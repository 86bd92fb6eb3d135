import traceback, sys
try: {}['k']
except KeyError as e:
    print(traceback.format_exception_only(e), traceback.format_exc().splitlines()[-1], traceback.extract_tb(e.__traceback__)[0].line)
def f(): return [s.name for s in traceback.extract_stack()]
print(f())
