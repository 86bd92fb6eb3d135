print(1 / 3, 10**400 / 10**399, (10**30) / 7, -7 / 2, 0 / 5, 2**60 / 3, (2**53 + 1) / 1)
try: 10**400 / 3
except OverflowError as e: print(e)
try: float(10**400)
except OverflowError as e: print(e)
