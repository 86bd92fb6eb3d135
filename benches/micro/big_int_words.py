from _bench import measure


def run(n):
    mask = 2**64 - 1
    x = 88172645463325252
    for _ in range(n):
        x ^= x << 13 & mask
        x ^= x >> 7
        x = x * 6364136223846793005 + 1442695040888963407 & mask


measure(run, 8)
