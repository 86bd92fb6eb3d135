"""Two transactions that get in each other's way."""

import threading
import time

import transaction


def spin(seconds):
    """Goes through many safepoints without doing anything that could not be undone."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def race(older, younger, counter):
    """Runs both as transactions, `older` begun first but late, until the counter of `transaction.stats()` has gone up."""

    for _ in range(100):
        before = transaction.stats()[counter]
        started = threading.Event()

        def run_older():
            started.set()
            with transaction.atomic:
                spin(0.03)
                older()
                spin(0.01)

        def run_younger():
            started.wait()
            spin(0.005)
            with transaction.atomic:
                younger()
                spin(0.06)

        threads = [
            threading.Thread(target=run_older, name="older"),
            threading.Thread(target=run_younger, name="younger"),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if transaction.stats()[counter] > before:
            return
    raise AssertionError(f"nothing was {counter}")
