def count(n=0):
    while True: yield n; n += 1
def take(n, it):
    for _, x in zip(range(n), it): yield x
def squares(it):
    for x in it: yield x * x
print(list(take(5, squares(count(1)))))
def sieve(it):
    p = next(it); yield p
    yield from sieve(x for x in it if x % p)
print(list(take(10, sieve(count(2)))))
