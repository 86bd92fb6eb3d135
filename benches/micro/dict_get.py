from _bench import measure


def run(n):
    table = {str(i): i for i in range(100)}
    keys = list(table)
    total = 0
    for i in range(n):
        total += table[keys[i % 100]]
    return total


measure(run)
