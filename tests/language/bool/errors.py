for src in ('class B(bool): pass', 'bool(1, 2)', 'bool(x=1)', 'True.x', 'bool.__new__(int)'):
    try: exec(src)
    except (TypeError, AttributeError) as e: print(e)
