def f(alpha, beta=1): pass
for call in ('f(1, gamma=1)', 'f(1, alpha=2)', 'f(1, alpa=2)', 'f(**{"alpha": 1, 5: 2})', 'f(alpha=1, **{"alpha": 2})',
             'f(*5)', 'f(**5)', 'f(*[1], **{"alpha": 3})', 'f(**{"x": 1, "y": 2})', 'f(*None)', 'f(**[1])'):
    try: eval(call)
    except TypeError as e: print(e)
