e = 1
try:
    1 / 0
except ZeroDivisionError as e:
    pass
try: e
except NameError as err: print(err)
def f():
    try: raise ValueError
    except ValueError as x: pass
    try: x
    except UnboundLocalError as err: print(err)
f()
