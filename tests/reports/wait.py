# expect: 1 wait
# expect: about: Account, .money
# expect: account.money -= 1
# expect: in run_older
import threading
import time

import transaction
from _race import spin


class Account:
    def __init__(self):
        self.money = 100


account = Account()


def run_older():
    with transaction.atomic:
        account.money -= 10
        spin(0.05)


for _ in range(100):
    before = transaction.stats()["waits"]
    older = threading.Thread(target=run_older)
    older.start()
    time.sleep(0.02)
    with transaction.atomic:
        account.money -= 1
    older.join()
    if transaction.stats()["waits"] > before:
        break
else:
    raise AssertionError("nobody waited")
