import sys
print(sys.get_int_max_str_digits())
for f in (lambda: str(10**5000), lambda: int('1' * 5000)):
    try: f()
    except ValueError as e: print(e)
print(len(hex(10**5000)), int('f' * 5000, 16) > 0)
sys.set_int_max_str_digits(0)
print(len(str(10**5000)))
