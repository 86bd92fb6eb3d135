for src in ('len()', 'len(1, 2)', 'len(x=1)', 'int("1", 2, 3)', '[].append()', '[].append(1, 2)', '"a".join()', 'isinstance(1)',
            'ord()', 'abs(1, 2)', '{}.get()', '"".split(bad=1)', 'sorted()', 'print(1, bad=2)', 'dict(1, 2)', '[].sort(1)'):
    try: eval(src)
    except TypeError as e: print(e)
