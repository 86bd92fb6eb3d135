for x in -1, 0, 1:
    print('neg' if x < 0 else 'zero' if x == 0 else 'pos')
