class A: pass
for src in ('1()', '"a"()', 'None()', '[]()', 'A()()', '{}(1)', '(1, 2)(3)', 'print.x', '(lambda: 0).nope', 'A.zip'):
    try: eval(src)
    except (TypeError, AttributeError) as e: print(type(e).__name__, e)
