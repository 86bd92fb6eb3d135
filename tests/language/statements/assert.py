assert True
assert (1, 'x')
for src in ('assert 0', 'assert False, "msg"', 'assert [], {1: 2}'):
    try:
        exec(src)
    except AssertionError as e:
        print(repr(e), e.args)
