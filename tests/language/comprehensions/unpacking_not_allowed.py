for src in ('[*x for x in y]', '{**d for d in ds}', '(*x for x in y)', '{*x for x in y}', '[x, y for x in z]', '[for x in y]', '{k: v, for k in d}'):
    try: compile(src, 's', 'exec'); print('ok')
    except SyntaxError as e: print(e.msg)
