import math
print(math.pi, math.e, math.sqrt(2), math.floor(-1.5), math.ceil(1.2), math.gcd(12, 18, 8), math.lcm(4, 6), math.factorial(20), math.comb(10, 3), math.perm(5, 2), math.isqrt(99), math.hypot(3, 4), math.fsum([0.1] * 10), math.prod([1, 2, 3]), math.log2(8), math.log(10**400), math.isclose(0.1 + 0.2, 0.3), math.copysign(1, -0.0), math.frexp(8), math.ldexp(0.5, 4), math.modf(1.5), math.trunc(-1.5), math.dist((0, 0), (3, 4)), math.fmod(-7, 3), math.remainder(7, 4), math.nextafter(1, 2), math.sumprod([1, 2], [3, 4]), round(math.cbrt(27), 12), math.log(8, 2))
for f in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.factorial(-1), lambda: math.exp(1000), lambda: math.floor(float('nan')), lambda: math.sqrt('a'), lambda: math.acos(2), lambda: math.factorial(1.5), lambda: math.isqrt(-1), lambda: math.gcd(1.5)):
    try: f()
    except (ValueError, OverflowError, TypeError) as e: print(type(e).__name__, e)
