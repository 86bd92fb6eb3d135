# expect: Sleeps in transaction.retry: once
# expect: transaction.retry()
# expect: in wait_for_it
import threading
import time

import transaction


class Box:
    full = False


box = Box()
box.full = False


def wait_for_it():
    with transaction.atomic:
        if not box.full:
            transaction.retry()


waiting = threading.Thread(target=wait_for_it)
waiting.start()
while not transaction.stats()["retries"] and not box.full:
    time.sleep(0.1)
    with transaction.atomic:
        box.full = True
waiting.join()
stats = transaction.stats()
assert stats["retries"] == 1, stats
assert stats["retry_ns"] > 10_000_000, stats
assert stats["committed"] == 2, stats
