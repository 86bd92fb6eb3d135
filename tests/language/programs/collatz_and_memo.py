memo = {1: 1}
def length(n):
    chain = []
    while n not in memo: chain.append(n); n = n // 2 if n % 2 == 0 else 3 * n + 1
    k = memo[n]
    for m in reversed(chain): k += 1; memo[m] = k
    return k
best = max(range(1, 20000), key=lambda n: memo[n] if n in memo else length(n))
print(best, memo[best], len(memo) > 20000)
