print(float.from_number(3), float.from_number(2.5))
try: float.from_number('1')
except TypeError as e: print(e)
