d = {'a': 1}
d.update({'b': 2}); d.update([('c', 3)]); d.update(d=4); d.update({'a': 0}, e=5); d.update(); print(d)
for bad in (5, [1], ['abc'], [(1,)]):
    try: d.update(bad)
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
