try:
    raise ExceptionGroup('g', [ValueError(1), TypeError(2), ValueError(3), OSError(4)])
except* ValueError as e: print('V', e.exceptions)
except* (TypeError, OSError) as e: print('TO', e.exceptions)
else: print('no else')
finally: print('finally')
try:
    try: raise ExceptionGroup('g', [ValueError(1), KeyError(2)])
    except* ValueError: print('handled V')
except ExceptionGroup as e: print('rest', e, e.exceptions)
