print(bool(), bool(1), bool(''), bool('False'), True + True, True * 5, -True, True == 1, True is True, isinstance(True, int), bool.__mro__)
print(True & 1, True & True, True ^ True, False | True, type(True & True).__name__, type(True & 1).__name__, ~True)
print(str(True), repr(False), int(True), float(False), hash(True), True.bit_length(), [1, 2][True], f'{True}', f'{True:d}', f'{True:>6}')
