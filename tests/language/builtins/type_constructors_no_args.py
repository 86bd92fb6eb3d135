print(int(), float(), complex(), str() == '', bytes(), bytearray(), list(), tuple(), dict(), set(), frozenset(), bool(), object().__class__, type(range(0)))
