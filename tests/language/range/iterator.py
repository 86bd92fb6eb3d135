it = iter(range(3))
print(next(it), it.__length_hint__(), list(it), next(it, None), type(it).__name__, type(iter(range(2**70))).__name__)
for i in range(3):
    i += 10
    print(i)
