for f in (lambda: hash({}), lambda: {{}: 1}, lambda: {}[{}], lambda: {[]: 1}, lambda: {}.setdefault([], 1)):
    try: f()
    except TypeError as e: print(e)
