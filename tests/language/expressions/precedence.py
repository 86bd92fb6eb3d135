print(2 + 3 * 4, (2 + 3) * 4, 2 * 3 ** 2, -2 ** 2, 2 ** -1, 2 ** 3 ** 2)
print(1 + 2 << 3, 1 | 2 & 3 ^ 4, ~1 + 1, not 1 == 2, 10 - 3 - 2)
print(1 < 2 == True, not True or True, 1 or 0 and 0)
