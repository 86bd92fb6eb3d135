import gc, weakref


class Number:
    def __pow__(self, other, modulus=None): return "pow", other, modulus


class Plain:
    pass


def dead():
    proxy = weakref.proxy(Number())
    gc.collect()
    return proxy


number, plain = Number(), Plain()
proxy, gone = weakref.proxy(number), dead()
print(proxy ** 2, pow(proxy, 2), pow(proxy, 2, 5))
for base, exponent, modulus in (proxy, 2, gone), (proxy, gone, 2), (gone, 2, 3), (2, proxy, 5), (weakref.proxy(plain), 2, gone):
    try: print(pow(base, exponent, modulus))
    except (ReferenceError, TypeError) as e: print(type(e).__name__, e)
