for v in (1, 0):
    try:
        1 / v
    except ZeroDivisionError:
        print('except')
    else:
        print('else')
    finally:
        print('finally')
