print(repr('ab'.ljust(5)), repr('ab'.rjust(5)), 'ab'.center(7, '*'), 'ab'.center(6, '*'), 'abc'.center(6, '*'), 'abcdef'.ljust(3), 'ab'.rjust(5, '中'), '42'.zfill(5), '-42'.zfill(5), '+1'.zfill(4), ''.zfill(2), 'x'.zfill(0))
try: 'a'.center(5, 'xx')
except TypeError as e: print(e)
