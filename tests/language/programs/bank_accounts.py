class InsufficientFunds(Exception):
    def __init__(self, need, have): super().__init__(f'need {need}, have {have}'); self.need, self.have = need, have
class Account:
    _next = 1
    def __init__(self, owner, balance=0):
        self.owner, self.balance, self.id = owner, balance, Account._next
        Account._next += 1
        self.log = []
    def withdraw(self, n):
        if n > self.balance: raise InsufficientFunds(n, self.balance)
        self.balance -= n; self.log.append(('w', n))
    def deposit(self, n):
        if n <= 0: raise ValueError('positive only')
        self.balance += n; self.log.append(('d', n))
    def __repr__(self): return f'<{self.owner} #{self.id}: {self.balance}>'
def transfer(a, b, n):
    a.withdraw(n)
    try: b.deposit(n)
    except ValueError: a.balance += n; raise
a, b = Account('ann', 100), Account('bob')
transfer(a, b, 30)
for n in (100, -5):
    try: transfer(a, b, n)
    except (InsufficientFunds, ValueError) as e: print(type(e).__name__, e)
print(a, b, a.log, b.log)
