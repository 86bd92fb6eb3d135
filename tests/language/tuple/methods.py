t = (1, 2, 3, 2)
print(t.index(2), t.index(2, 2), t.count(2), t.count(9), t.__len__(), t.__contains__(3), t.__getnewargs__())
try: t.index(9)
except ValueError as e: print(e)
