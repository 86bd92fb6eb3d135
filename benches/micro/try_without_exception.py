from _bench import measure


def run(n):
    for i in range(n):
        try:
            i
        finally:
            i


measure(run)
