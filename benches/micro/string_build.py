from _bench import measure


def run(n):
    for _ in range(n):
        text = ""
        for i in range(1000):
            text += "ab"


measure(run, 1000)
