"""`threading` and `queue` with code between the calls that is not atomic by itself."""

import queue
import threading
import time

from _litmus import Box, in_threads, litmus, raises, transaction


def bump(box):
    """Not one instruction: another thread may come in between."""
    n = box.n
    box.n = n + 1


@litmus()
def lock_excludes(rounds, threads):
    box, lock = Box(n=0), threading.Lock()

    def run(number):
        for _ in range(rounds):
            with lock:
                bump(box)

    in_threads(threads, run)
    assert box.n == rounds * threads, "a lock let two in"


@litmus()
def rlock_excludes(rounds, threads):
    box, lock = Box(n=0), threading.RLock()

    def run(number):
        for _ in range(rounds):
            with lock, lock:
                bump(box)

    in_threads(threads, run)
    assert box.n == rounds * threads, "a lock let two in"
    raises(RuntimeError, lock.release)


@litmus()
def try_lock_excludes(rounds, threads):
    box, lock = Box(n=0), threading.Lock()

    def run(number):
        won = 0
        for _ in range(rounds):
            if lock.acquire(blocking=False):
                bump(box)
                won += 1
                lock.release()
        return won

    assert sum(in_threads(threads, run)) == box.n


@litmus(share=0.1)
def condition_hands_over(rounds, threads):
    """Threads take turns; none misses its notification."""
    box, changed = Box(turn=0), threading.Condition()

    def run(number):
        for i in range(rounds):
            with changed:
                while box.turn != i * threads + number:
                    assert changed.wait(60), "a notification was lost"
                box.turn += 1
                changed.notify_all()

    in_threads(threads, run)
    assert box.turn == rounds * threads


@litmus(share=0.1)
def barrier_meets(rounds, threads):
    barrier, arrived = threading.Barrier(threads), [0] * threads

    def run(number):
        for i in range(rounds):
            arrived[number] = i + 1
            barrier.wait(60)
            assert min(arrived) >= i + 1, "someone was let through early"
            barrier.wait(60)

    in_threads(threads, run)


@litmus(share=0.3)
def semaphore_counts(rounds, threads):
    semaphore, inside, most = threading.BoundedSemaphore(2), [], []

    def run(number):
        for _ in range(rounds):
            with semaphore:
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    in_threads(threads, run)
    assert max(most) <= 2 and not inside


@litmus(share=0.01)
def event_wakes_all(rounds, threads):
    events = [threading.Event() for _ in range(rounds)]

    def run(number):
        for i, event in enumerate(events):
            if i % threads == number:
                event.set()
            assert event.wait(60), "not woken"

    in_threads(threads, run)


@litmus(share=0.3)
def queue_delivers_once(rounds, threads):
    channel = queue.Queue(maxsize=8)

    def run(number):
        if number % 2 == 0:
            for i in range(rounds):
                channel.put((number, i))
            return []
        return [channel.get() for _ in range(rounds)]

    even = threads + threads % 2
    taken = [item for part in in_threads(even, run) for item in part]
    assert sorted(taken) == [(number, i) for number in range(0, even, 2) for i in range(rounds)]


@litmus(share=0.3)
def simple_queue_keeps_order(rounds, threads):
    channel = queue.SimpleQueue()

    def run(number):
        if number:
            for i in range(rounds):
                channel.put((number, i))
            return
        last = {}
        for _ in range(rounds * (threads - 1)):
            sender, i = channel.get()
            assert last.get(sender, -1) == i - 1, "out of order"
            last[sender] = i

    in_threads(max(threads, 2), run)


@litmus()
def local_is_local(rounds, threads):
    local = threading.local()

    def run(number):
        local.n = 0
        for _ in range(rounds):
            n = local.n
            local.n = n + 1
        return local.n

    assert in_threads(threads, run) == [rounds] * threads
    assert not hasattr(local, "n")


@litmus(share=0.02)
def threads_start_and_end(rounds, threads):
    """Each thread sees what was written before its start; who joins sees what it wrote."""
    for i in range(rounds):
        box = Box(given=i, results=[])
        workers = [threading.Thread(target=lambda: box.results.append(box.given)) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert box.results == [i] * threads
        assert not any(worker.is_alive() for worker in workers)


@litmus(share=0.001)
def lock_timeouts(rounds, threads):
    lock = threading.Lock()
    with lock:
        start = time.monotonic()
        values = in_threads(threads, lambda number: lock.acquire(timeout=0.05))
        assert values == [False] * threads
        assert 0.04 < time.monotonic() - start < 30


@litmus(undo=True)
def locks_exclude_in_and_outside_of_blocks(rounds, threads):
    box = Box(n=0)
    for lock in (threading.Lock(), threading.RLock()):
        box.n = 0

        def run(number):
            for i in range(rounds):
                if (i + number) % 2:
                    with lock:
                        n = box.n
                        box.n = n + 1
                    continue
                with transaction.atomic:
                    with lock:
                        n = box.n
                        box.n = n + 1

        in_threads(max(threads, 2), run)
        assert box.n == rounds * max(threads, 2)
        assert lock.acquire(blocking=False)


@litmus(undo=True, share=0.3)
def queues_in_blocks_deliver_in_order(rounds, threads):
    for channel in (queue.Queue(4), queue.SimpleQueue()):
        taken = []

        def run(number):
            for i in range(rounds):
                with transaction.atomic:
                    if number:
                        taken.append(channel.get())
                    else:
                        channel.put(i)

        in_threads(2, run)
        assert taken == list(range(rounds))
