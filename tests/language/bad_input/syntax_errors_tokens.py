def show(src):
    try: compile(src, 's', 'exec'); print('ok', repr(src))
    except SyntaxError as e: print(e.msg)
for src in ('x = $', 'x = ?', 'a ! b', 'x = 1__0', '1_', '0b', '0b12', '0o9', '0xg', '1e', '1.5e+', '1j2', '0123', '"\\N{no such name}"', '"\\x1"', '"\\u12"', '"\\U00110000"', "b'\\x1'", "b'é'", 'x = é€', 'x = \u201cquoted\u201d', 'a\\ b', 'a \\', '"abc\ndef"', '(\n', '{[(', '(]', '([)]', 'x = 5 + + ', 'a <> b', 'a === b', 'i++', '--i', 'a => b', 'a -> b', 'x = 1;;', ';', '&&', 'a || b', 'a ?? b', '\u00a0x = 1', 'x\u200b = 1', 'if x then y', 'x = y z', "'a' b", 'ur"x"', '0_', '0xfor x in y', '1if 1else', 'nul\0byte'):
    try: show(src)
    except ValueError as e: print('ValueError', e)
