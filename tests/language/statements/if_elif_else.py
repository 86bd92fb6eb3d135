for x in range(5):
    if x == 0:
        print('zero')
    elif x == 1:
        print('one')
    elif x < 4:
        print('few')
    else:
        print('many')
if 0: print('no')
else: print('yes')
