for c in (KeyError, IndexError, ModuleNotFoundError, FileNotFoundError, UnicodeDecodeError, RecursionError, ZeroDivisionError, StopAsyncIteration, KeyboardInterrupt, BrokenPipeError, TabError, EncodingWarning, ExceptionGroup, PythonFinalizationError, UnboundLocalError, TimeoutError):
    print(' < '.join(k.__name__ for k in c.__mro__[:-1]))
print(IOError is OSError, EnvironmentError is OSError)
