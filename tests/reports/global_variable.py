# expect: 1 abort
# expect: name total
# expect: total -= 10
from _race import race

total = 100


def older():
    global total
    total -= 10


def younger():
    global total
    total -= 1


race(older, younger, "aborted")
