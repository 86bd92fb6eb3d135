r = range(10**30, 10**30 + 5)
print(list(r), r[2], 10**30 + 3 in r, len(range(0, 2**62, 2**61)), range(2**70)[2**69], range(2**70)[-1], list(range(2**65, 2**65 - 3, -1)))
try: len(range(2**70))
except OverflowError as e: print(e)
