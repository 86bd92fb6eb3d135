def f():
    try:
        return 'try'
    finally:
        print('finally')
print(f())
def g():
    for i in range(3):
        try:
            continue
        finally:
            print('f', i)
    return i
print(g())
def h():
    while True:
        try:
            try:
                return 1
            finally:
                print('inner')
        finally:
            print('outer')
print(h())
