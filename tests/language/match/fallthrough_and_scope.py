match [1, 2, 3]:
    case [a, b]: print('no')
    case [a, b, c] if c > 5: print('no')
    case [x, *y]: print(x, y)
print('a' in globals(), a, c)
match 5:
    case 6: print('never')
print('nothing matched')
