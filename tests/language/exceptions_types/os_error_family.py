for name in 'ChildProcessError ConnectionAbortedError ConnectionRefusedError ConnectionResetError FileExistsError InterruptedError IsADirectoryError NotADirectoryError PermissionError ProcessLookupError'.split():
    c = getattr(__builtins__, name) if not isinstance(__builtins__, dict) else __builtins__[name]
    print(name, [k.__name__ for k in c.__mro__[1:-2]], c(1, 'm'))
print(issubclass(FloatingPointError, ArithmeticError), IndentationError.__mro__[1].__name__, issubclass(ConnectionError, OSError))
