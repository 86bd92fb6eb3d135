# expect: Conflicts:
# expect: 1 abort
# expect: about: Account, .money
# expect: account.money -= 10
# expect: .run_younger
# expect: 2 older
# expect: 3 younger
from _race import race


class Account:
    def __init__(self):
        self.money = 100


account = Account()


def older():
    account.money -= 10


def younger():
    account.money -= 1


race(older, younger, "aborted")
