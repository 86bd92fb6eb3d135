print(hash(5) == 5, hash(5.0) == 5, hash(True) == 1, hash((1, 2)) == hash((1, 2)), hash('a') == hash('a'), hash(None) == hash(None), hash(2**61 - 1))
for o in ([], {}, set(), bytearray(), [1].__class__ and {1: 2}):
    try: hash(o)
    except TypeError as e: print(e)
