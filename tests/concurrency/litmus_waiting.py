"""retry, check, wait_until, or_else: whoever waits wakes when it should, and only sees what it should."""

import threading
import time

from _litmus import Box, Undo, in_threads, litmus, raises, transaction

atomic = transaction.atomic


@litmus(share=0.5)
def ping_pong(rounds, threads):
    """Threads take turns through one variable; a lost wake-up hangs."""
    box = Box(turn=0)

    @atomic
    def take(number, i):
        transaction.check(box.turn == i * threads + number)
        box.turn += 1

    in_threads(threads, lambda number: [take(number, i) for i in range(rounds)])
    assert box.turn == rounds * threads


@litmus(share=0.5, undo=True)
def ping_pong_in_with_blocks(rounds, threads):
    box = Box(turn=0)

    def run(number):
        for i in range(rounds):
            seen = []
            with atomic:
                seen.append(box.turn)
                if box.turn != i * threads + number:
                    transaction.retry()
                box.turn += 1
            assert seen == [i * threads + number], "what the undone attempts did shows"

    in_threads(threads, run)
    assert box.turn == rounds * threads


@litmus(share=0.5)
def woken_by_plain_instructions(rounds, threads):
    """What a waiting block has read may be changed outside of any block."""
    box, items, table = Box(turn=0), [], {}

    def run(number):
        for i in range(rounds):
            if number == 0:
                box.turn = i + 1
                items.append(i)
                table[i] = True
                transaction.wait_until(lambda: box.acknowledged == (i + 1) * (threads - 1))
            else:
                transaction.wait_until(lambda: box.turn == i + 1)
                transaction.wait_until(lambda: len(items) == i + 1)
                transaction.wait_until(lambda: i in table)
                box.acknowledged += 1

    threads = max(threads, 2)
    box.acknowledged = 0
    in_threads(threads, run)


@litmus()
def channel_of_one_place(rounds, threads):
    box = Box(item=None, got=[])

    @atomic
    def put(item):
        transaction.check(box.item is None)
        box.item = item

    @atomic
    def get():
        transaction.check(box.item is not None)
        item, box.item = box.item, None
        return item

    def run(number):
        if number % 2 == 0:
            for i in range(rounds):
                put((number, i))
            return []
        return [get() for _ in range(rounds)]

    even = threads + threads % 2
    got = [item for part in in_threads(even, run) for item in part]
    assert sorted(got) == [(number, i) for number in range(0, even, 2) for i in range(rounds)]


@litmus(undo=True)
def retry_undoes(rounds, threads):
    """What a block did before `retry` is never seen."""
    box, done = Box(open=False, n=0, m=0), []

    def wait():
        with atomic:
            box.n += 1
            box.m += 1
            if not box.open:
                transaction.retry()
        done.append(True)

    waiters = [threading.Thread(target=wait) for _ in range(threads)]
    for waiter in waiters:
        waiter.start()
    for _ in range(rounds):
        assert box.n == 0 and box.m == 0, "a waiting block shows"
    box.open = True
    for waiter in waiters:
        waiter.join()
    assert box.n == box.m == len(done) == threads


@litmus()
def or_else_takes_the_first_that_is_ready(rounds, threads):
    left, right = Box(items=[]), Box(items=[])

    def take(box):
        transaction.check(box.items)
        return box.items.pop()

    def run(number):
        if number == 0:
            for i in range(rounds):
                (left if i % 3 else right).items.append(i)
            return []
        mine = (rounds * number) // (threads - 1) - (rounds * (number - 1)) // (threads - 1)
        return [transaction.or_else(lambda: take(left), lambda: take(right)) for _ in range(mine)]

    threads = max(threads, 2)
    taken = [item for part in in_threads(threads, run) for item in part]
    assert sorted(taken) == list(range(rounds))


@litmus(undo=True)
def or_else_undoes_what_retried(rounds, threads):
    box = Box(a=0, b=0)

    def first():
        box.a += 1
        transaction.retry()

    def second():
        assert box.a == 0, "what the first one did shows"
        box.b += 1
        return "second"

    def fails():
        box.a += 1
        raise Undo

    for i in range(rounds):
        with atomic:
            assert transaction.or_else(first, first, second) == "second"
            assert box.a == 0
        assert box.b == i + 1
        raises(Undo, transaction.or_else, first, fails, second)
        assert box.a == 0


@litmus(undo=True, share=0.2)
def all_alternatives_wake(rounds, threads):
    """If all alternatives retry, a change of what the first one has read wakes too."""
    box = Box(a=-1, b=-1, answered=-1)

    def run(number):
        for i in range(rounds):
            if number == 0:
                if i % 2:
                    box.a = i
                else:
                    box.b = i
                transaction.wait_until(lambda: box.answered == i)
            elif number == 1:
                transaction.or_else(
                    lambda: transaction.check(box.a == i),
                    lambda: transaction.check(box.b == i),
                )
                box.answered = i

    in_threads(2, run)


@litmus(undo=True)
def retry_in_an_inner_block_undoes_the_outer(rounds, threads):
    box = Box(open=0, n=0)

    def run(number):
        for i in range(rounds):
            if number == 0:
                box.open = i + 1
                transaction.wait_until(lambda: box.n == i + 1)
            else:
                with atomic:
                    box.n += 1
                    with atomic:
                        transaction.check(box.open == box.n)

    in_threads(2, run)
    assert box.n == rounds


@litmus()
def wait_until_returns_the_value(rounds, threads):
    box = Box(value=0)

    def run(number):
        if number == 0:
            for i in range(rounds):
                box.value = i + 1
        else:
            assert transaction.wait_until(lambda: box.value >= rounds and box.value) == rounds

    in_threads(max(threads, 2), run)


@litmus(undo=True, share=0.3)
def a_held_lock_is_waited_for(rounds, threads):
    """Acquiring a lock in a block: excludes those outside; held by others, the block waits and shows nothing."""
    lock, box = threading.Lock(), Box(n=0, inside=0)

    def run(number):
        for _ in range(rounds):
            if number % 2:
                with lock:
                    n = box.n
                    box.n = n + 1
            else:
                with atomic:
                    with lock:
                        n = box.n
                        box.n = n + 1

    in_threads(threads, run)
    assert box.n == rounds * threads and not lock.locked()


@litmus(undo=True)
def a_lock_taken_in_a_block_is_held_after_it(rounds, threads):
    lock = threading.Lock()
    for _ in range(rounds):
        with atomic:
            lock.acquire()
            assert lock.locked()
        assert lock.locked() and not lock.acquire(blocking=False)
        lock.release()
        try:
            with atomic:
                lock.acquire()
                raise Undo
        except Undo:
            pass
        assert not lock.locked()
        with lock:
            try:
                with atomic:
                    lock.release()
                    raise Undo
            except Undo:
                pass
            assert lock.locked()


@litmus(share=0.001, undo=True)
def a_wait_can_last(rounds, threads):
    """Waiting threads sleep: they use next to no processor time."""
    box = Box(open=False)
    waiters = [threading.Thread(target=transaction.wait_until, args=(lambda: box.open,)) for _ in range(threads)]
    before = time.process_time()
    for waiter in waiters:
        waiter.start()
    time.sleep(0.5)
    used = time.process_time() - before
    box.open = True
    for waiter in waiters:
        waiter.join(30)
        assert not waiter.is_alive(), "not woken"
    assert used < 0.3, f"waiting used {used:.2f} s"


@litmus(share=0.1, undo=True)
def a_retry_that_nothing_can_end_is_an_error(rounds, threads):
    def wait(atomic=transaction.atomic, retry=transaction.retry):
        with atomic:
            retry()

    in_threads(threads, lambda number: [raises(transaction.TransactionError, wait) for _ in range(rounds)])
