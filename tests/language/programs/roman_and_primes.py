def roman(n):
    out = ''
    for v, s in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), 'M CM D CD C XC L XL X IX V IV I'.split()):
        while n >= v: out += s; n -= v
    return out
def sieve(n):
    a = bytearray([1]) * (n + 1)
    a[:2] = b'\0\0'
    for i in range(2, int(n ** .5) + 1):
        if a[i]: a[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i, p in enumerate(a) if p]
print([roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024)], sieve(50), len(sieve(10000)))
