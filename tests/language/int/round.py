print(round(5), round(15, -1), round(25, -1), round(-25, -1), round(12345, -3), round(5, 2), round(149, -2), round(150, -2), round(7, -5))
