eg = ExceptionGroup('msg', [ValueError(1), KeyError('k'), ExceptionGroup('inner', [TypeError('t')])])
print(eg, eg.message, eg.exceptions, repr(eg), isinstance(eg, Exception))
print(eg.subgroup(ValueError), eg.split(TypeError), eg.subgroup(lambda e: isinstance(e, KeyError)), eg.subgroup(OSError), eg.derive([ValueError(2)]))
for args in (('m', []), ('m', [5]), (5, [ValueError()]), ('m',), ('m', ValueError()), ('m', [KeyboardInterrupt()])):
    try: ExceptionGroup(*args)
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
print(type(BaseExceptionGroup('m', [ValueError()])).__name__, type(BaseExceptionGroup('m', [KeyboardInterrupt()])).__name__)
