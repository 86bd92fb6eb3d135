for src in ('undefined_name', 'f()', 'prinz', 'x.y'):
    try: eval(src)
    except NameError as e: print(e, e.name)
