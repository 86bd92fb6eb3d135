try: raise ValueError('plain')
except* ValueError as e: print(repr(e))
try:
    try: raise ExceptionGroup('g', [ValueError(1), TypeError(2)])
    except* ValueError: raise KeyError('new')
    except* TypeError: raise OSError('new2')
except ExceptionGroup as e: print(repr(e))
try:
    try: raise ExceptionGroup('g', [ValueError(1)])
    except* ValueError: raise
except ExceptionGroup as e: print(repr(e))
try:
    try: raise ValueError
    except* ExceptionGroup: pass
except TypeError as e: print(e)
