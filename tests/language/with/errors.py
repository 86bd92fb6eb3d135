class NoExit:
    def __enter__(self): pass
class NoEnter:
    def __exit__(self, *a): pass
class Enters:
    def __enter__(self): raise ValueError('enter')
    def __exit__(self, *a): print('not called')
class Async:
    async def __aenter__(self): pass
    async def __aexit__(self, *a): pass
for cm in (5, NoExit(), NoEnter(), Enters(), Async(), None):
    try:
        with cm: pass
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
