print(6 & 3, 6 | 3, 6 ^ 3, ~6, 1 << 5, 100 >> 2, -100 >> 3, -1 & 255)
print(True & False, True | False, True ^ True)
