z = 3 + 4j
print(z.real, z.imag, z.conjugate(), abs(z), hash(z), hash(1 + 0j), bool(0j), bool(1j), z.__complex__(), complex.from_number(5), z.__getnewargs__())
try: z.real = 1
except AttributeError as e: print(e)
