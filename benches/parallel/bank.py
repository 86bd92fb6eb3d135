"""Bank accounts: transfers, interest and audits, each in one transaction."""

from _program import Random, in_threads, main, share, transaction

SIZE = 1_500_000
ACCOUNTS = 1000
START = 1000_00  # cents


class Account:
    def __init__(self):
        self.balance = START


class Till:
    """What one thread has paid as interest."""

    def __init__(self):
        self.paid = 0


class Bank:
    def __init__(self, threads, operations):
        self.accounts = [Account() for _ in range(ACCOUNTS)]
        self.tills = [Till() for _ in range(threads)]
        self.operations = operations

    @transaction.atomic
    def transfer(self, source, target, amount):
        if source.balance >= amount:
            source.balance -= amount
            target.balance += amount

    @transaction.atomic
    def pay_interest(self, account, till):
        interest = account.balance // 1000
        account.balance += interest
        till.paid += interest

    @transaction.atomic
    def audit(self):
        """Whether all money is accounted for."""
        held = sum(account.balance for account in self.accounts)
        return held == ACCOUNTS * START + sum(till.paid for till in self.tills)


def serve(number, threads, bank):
    random, accounts, till = Random(number), bank.accounts, bank.tills[number]
    for i in share(bank.operations, threads, number):
        if i % 5000 == 4999:
            assert bank.audit(), "an audit saw half a transaction"
        elif i % 10 == 0:
            bank.pay_interest(accounts[random.below(ACCOUNTS)], till)
        else:
            bank.transfer(accounts[random.below(ACCOUNTS)], accounts[random.below(ACCOUNTS)], random.below(200_00))


def prepare(threads, size):
    return Bank(threads, size)


def run(threads, bank):
    in_threads(threads, serve, threads, bank)


def check(bank):
    assert bank.audit(), "money was lost or made"
    assert all(account.balance >= 0 for account in bank.accounts)


if __name__ == "__main__":
    main()
