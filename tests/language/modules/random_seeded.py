import random
r = random.Random(42)
print(r.random(), r.randint(1, 100), r.choice('abcdef'), r.sample(range(100), 3), r.uniform(1, 2), r.gauss(0, 1), r.getrandbits(70), r.randrange(0, 10, 3))
l = list(range(8)); r.shuffle(l); print(l, r.choices('ab', k=5))
s = r.getstate(); a = r.random(); r.setstate(s); print(a == r.random())
random.seed('text'); print(random.random())
