a = 1
t = t'a{a}' t'b{a}c'
print(t.strings, (t'x{a}' + t'y').strings)
for src in ("t'x' + 'y'", "'y' + t'x'", "t'x' * 2", "t'x' == t'x'"):
    try: print(eval(src))
    except TypeError as e: print(e)
for src in ("t'a' 'b'", "'a' t'b'", "t'a' f'b'", "bt'x'", "ft'x'"):
    try: compile(src, 's', 'eval'); print('ok')
    except SyntaxError as e: print(e.msg)
