def f(n):
    try:
        print('try')
        if n == 0: return 'r'
        if n == 1: raise ValueError
        if n == 2: raise KeyError
    except ValueError:
        print('except')
        return 'e'
    else: print('else')
    finally: print('finally')
    return 'end'
for n in range(4):
    try: print(f(n))
    except KeyError: print('KeyError out')
