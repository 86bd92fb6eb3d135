print(format(5, '03d'), format('a', '>3'), format(1.5), format(None), format([1]), format(255, 'x'), format(True, 'd'), format(True))
for a in ((None, 'x'), ([], '5'), (5, 'zz'), (5, 5), (object(), 's')):
    try: format(*a)
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
