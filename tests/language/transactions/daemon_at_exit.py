"""A block that is open when the process ends is undone."""

import threading
import time

import transaction


class AtTheEnd:
    def __del__(self):
        print(state)


def block():
    with transaction.atomic:
        state.append("not committed")
        print("not written")
        while True:
            pass


state, at_the_end = [], AtTheEnd()
threading.Thread(target=block, daemon=True).start()
time.sleep(0.1)
print("end")
