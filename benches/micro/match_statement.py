from _bench import measure


def classify(value):
    match value:
        case 0:
            return "zero"
        case [a, b]:
            return "pair"
        case {"key": found}:
            return found
        case _:
            return "other"


VALUES = [0, [1, 2], {"key": 3}, "x"]


def run(n):
    for _ in range(n):
        for value in VALUES:
            classify(value)


measure(run, 4)
