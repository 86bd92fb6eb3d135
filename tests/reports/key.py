# expect: 1 abort
# expect: about: dict, ['alice']
# expect: balances["alice"] -= 10
from _race import race

balances = {"alice": 100, "bob": 100}


def older():
    balances["alice"] -= 10


def younger():
    balances["alice"] -= 1


race(older, younger, "aborted")
