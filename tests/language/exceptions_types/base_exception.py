e = BaseException(1, 'a')
print(e.args, str(e), repr(e), e.__cause__, e.__context__, e.__suppress_context__, e.__traceback__, BaseException().args, e == BaseException(1, 'a'), hash(e) == hash(e))
try: BaseException(x=1)
except TypeError as x: print(x)
class E(Exception): pass
print(E(1).args, E.__doc__, E('x').with_traceback(None))
