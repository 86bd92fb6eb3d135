x = 1
for src in ('for x in 5: pass', 'a, b = 1', '[*None]', 'x in 1', 'list(3.5)', 'a, b = None', 'for a, b in [1]: pass'):
    try:
        exec(src)
    except TypeError as e:
        print(e)
