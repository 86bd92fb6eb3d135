"""What a block does to the world outside: callbacks, output, files, threads."""

import io
import logging
import os
import random
import tempfile
import threading
import time

from _litmus import Box, Undo, in_threads, litmus, raises, transaction

atomic = transaction.atomic


@litmus()
def on_commit_runs_once_for_each_commit(rounds, threads):
    box = Box(n=0)

    def run(number):
        ran = []
        for i in range(rounds):
            with atomic:
                transaction.on_commit(lambda: ran.append((i, 1, transaction.is_atomic())))
                box.n += 1
                transaction.on_commit(lambda: ran.append((i, 2, transaction.is_atomic())))
        assert ran == [(i, step, False) for i in range(rounds) for step in (1, 2)]

    in_threads(threads, run)
    assert box.n == rounds * threads


@litmus()
def on_commit_sees_the_commit(rounds, threads):
    """When the function runs, other threads see what the block did."""
    box, wrong = Box(n=0), []

    def run(number):
        for _ in range(rounds):
            with atomic:
                box.n += 1
                mine = box.n
                transaction.on_commit(lambda: box.n >= mine or wrong.append(mine))

    in_threads(threads, run)
    assert not wrong


@litmus(undo=True)
def on_commit_of_an_undone_block_is_forgotten(rounds, threads):
    ran, aborted = [], []
    for i in range(rounds):
        try:
            with atomic:
                transaction.on_commit(lambda: ran.append("outer"))
                transaction.on_abort(lambda: aborted.append(i))
                raise Undo
        except Undo:
            pass
        with atomic:
            transaction.on_commit(lambda: ran.append(i))
            try:
                with atomic:
                    transaction.on_commit(lambda: ran.append("inner"))
                    raise Undo
            except Undo:
                pass
    assert ran == list(range(rounds)), ran[:5]
    assert aborted == list(range(rounds)), aborted[:5]


@litmus(undo=True)
def on_abort_runs_for_each_undone_attempt(rounds, threads):
    """Attempts that ran are those that committed and those that were undone."""
    box, attempts = Box(n=0), [[] for _ in range(threads)]

    def run(number):
        undone = attempts[number]
        for i in range(rounds):
            with atomic:
                transaction.on_abort(lambda: undone.append(i))
                box.n += 1
                for _ in range(20):
                    pass
        assert undone == sorted(undone)

    in_threads(threads, run)
    assert box.n == rounds * threads


@litmus(undo=True)
def print_comes_once_and_whole(rounds, threads):
    """Output to a buffered file from blocks that conflict: each line once, in the order of the commits."""
    box = Box(n=0)
    with tempfile.TemporaryFile("w+") as file:

        def run(number):
            for i in range(rounds):
                with atomic:
                    n = box.n
                    print(n, end=" ", file=file)
                    box.n = n + 1
                    print(number, i, file=file)

        in_threads(threads, run)
        file.flush()
        file.seek(0)
        lines = [tuple(map(int, line.split())) for line in file]
    assert [n for n, _, _ in lines] == list(range(rounds * threads)), "lines are lost, doubled or out of order"
    for number in range(threads):
        assert [i for _, thread, i in lines if thread == number] == list(range(rounds))


@litmus(undo=True)
def output_of_an_undone_block_is_never_written(rounds, threads):
    with tempfile.TemporaryFile("w+") as file, tempfile.TemporaryFile("wb+") as raw:
        for i in range(rounds):
            try:
                with atomic:
                    print("undone", file=file)
                    file.flush()
                    raw.write(b"undone" * 5000)
                    raise Undo
            except Undo:
                pass
            print(i, file=file)
            raw.write(b"x")
        file.flush()
        file.seek(0)
        assert [int(line) for line in file] == list(range(rounds))
        raw.flush()
        raw.seek(0)
        assert raw.read() == b"x" * rounds


@litmus(undo=True)
def logging_in_blocks_comes_once(rounds, threads):
    box, stream = Box(n=0), io.StringIO()
    logger = logging.getLogger("litmus")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(logging.StreamHandler(stream))

    def run(number):
        for _ in range(rounds):
            with atomic:
                logger.info("%d", box.n)
                box.n += 1

    in_threads(threads, run)
    assert list(map(int, stream.getvalue().split())) == list(range(rounds * threads))


@litmus(share=0.3)
def raw_output_is_never_repeated(rounds, threads):
    """A block that writes to a descriptor becomes irrevocable: the byte is written once, and the block commits."""
    box = Box(n=0)
    reader, writer = os.pipe()
    received = []

    def drain():
        while data := os.read(reader, 4096):
            received.append(data)

    drainer = threading.Thread(target=drain)
    drainer.start()

    def run(number):
        for _ in range(rounds):
            with atomic:
                box.n += 1
                os.write(writer, b"x")
                box.n += 1

    in_threads(threads, run)
    os.close(writer)
    drainer.join()
    os.close(reader)
    assert box.n == 2 * rounds * threads
    assert len(b"".join(received)) == rounds * threads, "a block with real output ran twice"


@litmus()
def become_inevitable_commits(rounds, threads):
    box = Box(n=0)

    def run(number):
        attempts = Box(n=0)
        for i in range(rounds):
            with atomic:
                if i % 4 == number % 4:
                    transaction.become_inevitable("a test")
                box.n += 1
                attempts.n += 1
        assert attempts.n == rounds

    in_threads(threads, run)
    assert box.n == rounds * threads
    raises(transaction.TransactionError, transaction.become_inevitable, "outside")


@litmus(undo=True)
def an_exception_undoes_an_inevitable_block(rounds, threads):
    box = Box(n=0)
    for _ in range(rounds):
        try:
            with atomic:
                transaction.become_inevitable("a test")
                box.n = 1
                raise Undo
        except Undo:
            pass
        assert box.n == 0


@litmus(undo=True, share=0.1)
def retry_in_an_inevitable_block_is_an_error(rounds, threads):
    def wait():
        with atomic:
            transaction.become_inevitable("a test")
            transaction.retry()

    for _ in range(rounds):
        raises(transaction.TransactionError, wait)
        assert not transaction.is_atomic()


@litmus()
def time_random_and_id_do_not_disturb(rounds, threads):
    box = Box(n=0)

    def run(number):
        for _ in range(rounds):
            with atomic:
                start = time.monotonic()
                box.n += random.randrange(1, 2)
                hash("text"), id(box), os.environ.get("HOME"), time.time()
                assert time.monotonic() >= start

    in_threads(threads, run)
    assert box.n == rounds * threads


@litmus(undo=True, share=0.05)
def a_thread_started_in_a_block_starts_at_its_commit(rounds, threads):
    box = Box(n=0)
    for i in range(rounds):
        seen = []
        with atomic:
            thread = threading.Thread(target=lambda: seen.append(box.n))
            thread.start()
            box.n = i
            for _ in range(100):
                assert not seen
        thread.join()
        assert seen == [i], seen
        try:
            with atomic:
                undone = threading.Thread(target=lambda: seen.append("undone"))
                undone.start()
                raise Undo
        except Undo:
            pass
    time.sleep(0.05)
    assert "undone" not in seen and not undone.is_alive()


@litmus(undo=True, share=0.1)
def string_files_go_back(rounds, threads):
    text, data = io.StringIO("abc"), io.BytesIO(b"abc")
    for _ in range(rounds):
        try:
            with atomic:
                text.read(1), data.read(2)
                text.write("more"), data.write(b"more")
                raise Undo
        except Undo:
            pass
        assert (text.getvalue(), data.getvalue(), text.tell(), data.tell()) == ("abc", b"abc", 0, 0)


@litmus(undo=True, share=0.1)
def thread_locals_and_context_variables_go_back(rounds, threads):
    import contextvars
    local, variable = threading.local(), contextvars.ContextVar("variable", default=0)
    local.n = 0
    for _ in range(rounds):
        try:
            with atomic:
                local.n = 1
                local.m = 1
                variable.set(1)
                raise Undo
        except Undo:
            pass
        assert local.n == 0 and not hasattr(local, "m") and variable.get() == 0


@litmus(share=0.05)
def finalisers_run_outside_blocks(rounds, threads):
    import gc
    inside = []

    class Dies:
        def __init__(self):
            self.cycle = self

        def __del__(self):
            inside.append(transaction.is_atomic())

    def run(number):
        for _ in range(rounds):
            with atomic:
                for _ in range(20):
                    Dies()
                if number == 0:
                    gc.collect(0)

    in_threads(threads, run)
    gc.collect()
    from _litmus import HAS_TRANSACTIONS
    assert inside and (not HAS_TRANSACTIONS or not any(inside))
