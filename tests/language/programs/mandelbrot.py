for y in range(-5, 6):
    row = ''
    for x in range(-20, 8):
        z = c = complex(x / 10, y / 5)
        n = 0
        while abs(z) < 2 and n < 30: z = z * z + c; n += 1
        row += ' .:-=+*#%@'[n * 9 // 30]
    print(row.rstrip())
