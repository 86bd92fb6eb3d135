def a(): b()
def b(): 1 / 0
try: a()
except ZeroDivisionError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_lineno, tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    x = e.with_traceback(None)
    print(x is e, e.__traceback__)
