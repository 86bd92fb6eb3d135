"""A daemon thread cannot be joined once the process ends: nothing of it runs any more."""

import threading


class Cycle:
    def __init__(self):
        self.itself = self
        self.thread = threading.Thread(target=forever, daemon=True)
        self.thread.start()

    def __del__(self):
        try:
            self.thread.join()
        except PythonFinalizationError as error:
            print(error, self.thread.is_alive())


def forever():
    while True:
        pass


Cycle()
print("end")
