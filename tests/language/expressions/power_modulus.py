print(pow(3, 4, 5), pow(2, -1, 7), pow(2, 100, 1000007), pow(-3, 3, 7), pow(2, 3, -5), pow(5, 0, 1))
for args in ((2, 3, 0), (2, -1, 4), (2.0, 3, 5), (2, 3, 4.0)):
    try: pow(*args)
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
