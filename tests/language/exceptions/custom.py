class MyErr(Exception):
    def __init__(self, code, msg): super().__init__(msg); self.code = code
    def __str__(self): return f'[{self.code}] {super().__str__()}'
try: raise MyErr(5, 'bad')
except MyErr as e: print(e, repr(e), e.args, e.code)
class Sub(MyErr): pass
try: raise Sub(1, 'x')
except MyErr as e: print(type(e).__name__, e)
