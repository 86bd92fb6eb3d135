import builtins
n = 0
for name, c in sorted(vars(builtins).items()):
    if isinstance(c, type) and issubclass(c, BaseException) and not issubclass(c, (UnicodeError, BaseExceptionGroup)):
        try: raise c('msg')
        except c as e: n += 1; assert e.args == ('msg',), name
print(n)
