for src in ('f"{}"', 'f"{a"', 'f"}"', 'f"{a!x}"', 'f"{a!}"', 'f"{a b}"', 'f"{!r}"', 'f"{a:{b"', 'f"{=}"', 'f"{lambda x: 1}"', 'f"{a $ b}"', 'f"{*}"', 'f"{a!r:}" b', 'f"{yield}"', 'f"{a;b}"', 'f"{)}"', "f'{a", 'f"{1:{2:{3}}}"', 'f"{a!ss}"', 'bf"x"', 'f"{a! r}"', 'f"{\\n}"', 'f"{#}"'):
    try: compile(src, 's', 'eval'); print('ok', src)
    except SyntaxError as e: print(src, '->', e.msg)
