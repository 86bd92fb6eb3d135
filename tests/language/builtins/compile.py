c = compile('1 + 2', 'f', 'eval'); print(eval(c), c.co_filename)
exec(compile('x = 5\nprint(x)', 'f', 'exec'))
exec(compile('7', 'f', 'single'))
for a in (('1 +', 'f', 'eval'), ('x = 1', 'f', 'eval'), ('a\nb', 'f', 'single'), ('1', 'f', 'bad'), (5, 'f', 'exec'), ('\0', 'f', 'exec')):
    try: compile(*a)
    except (SyntaxError, ValueError, TypeError) as e: print(type(e).__name__, e)
