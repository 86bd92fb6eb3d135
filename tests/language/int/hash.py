print(hash(0), hash(1), hash(-1), hash(-2), hash(2**61 - 1), hash(2**61), hash(2**61 - 2), hash(-2**61), hash(10**30), hash(5) == hash(5.0))
