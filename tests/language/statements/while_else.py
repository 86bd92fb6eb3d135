n = 3
while n:
    print(n)
    n -= 1
else:
    print('else')
while True:
    break
else:
    print('not reached')
