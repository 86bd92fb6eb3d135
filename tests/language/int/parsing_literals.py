for src in ('0777', '1__0', '0x', '1_', '0b2', '0o8', '12abc', '0_7', '00', '1if 1else 0'):
    try: print(src, eval(src))
    except SyntaxError as e: print(src, e.msg)
