"""Queues of tasks and the collections of `transaction`."""

import os
import threading
import time

from _litmus import HAS_TRANSACTIONS, Box, Random, Undo, in_threads, litmus, raises, transaction

TransactionQueue = transaction.TransactionQueue


class Other(Exception):
    """Another exception than Undo."""


def fail(error):
    raise error


@litmus()
def every_task_runs_once(rounds, threads):
    for ordered in (False, True):
        queue, ran = TransactionQueue(ordered=ordered), []
        for i in range(rounds):
            queue.add(ran.append, i)
        queue.run(threads)
        assert ran == list(range(rounds)) if ordered else sorted(ran) == list(range(rounds))
        assert queue.number_of_transactions_executed() == rounds
        queue.run(threads)
        assert queue.number_of_transactions_executed() == rounds


@litmus(share=0.1)
def tasks_add_tasks(rounds, threads):
    def grow(branches):
        ran.append(branches)
        for _ in range(branches[0] if branches else 0):
            queue.add(grow, branches[1:])

    for _ in range(max(rounds // 1111, 1)):
        for ordered in (False, True):
            queue, ran = TransactionQueue(ordered=ordered), []
            queue.add(grow, (10, 10, 10))
            queue.run(threads)
            assert queue.number_of_transactions_executed() == len(ran) == 1111
            assert [ran.count(rest) for rest in ((10, 10, 10), (10, 10), (10,), ())] == [1, 10, 100, 1000]


@litmus()
def chains_of_tasks_keep_their_order(rounds, threads):
    chains = [[] for _ in range(5)]

    def step(chain, i):
        chains[chain].append(i)
        if i + 1 < rounds // 5:
            queue.add(step, chain, i + 1)

    queue = TransactionQueue()
    for chain in range(5):
        queue.add(step, chain, 0)
    queue.run(threads)
    assert chains == [list(range(max(rounds // 5, 1)))] * 5


@litmus()
def ordered_tasks_come_out_as_the_loop(rounds, threads):
    """What is added by tasks comes behind all others; the state and the order of dict keys are the loop's."""

    def run_with(queue_run, add, table, log):
        random = Random(1)

        def task(i):
            for _ in range(random_steps[i]):
                pass
            table[i * 7919 % 1000] = table.get((i + 1) * 7919 % 1000, 0) + i
            log.append(i)
            if i % 10 == 0 and i < rounds // 2:
                add(task, i + rounds // 2)

        random_steps = [random.below(50) for _ in range(rounds)]
        for i in range(rounds // 2):
            add(task, i)
        queue_run()

    def loop():
        for function, i in waiting:
            function(i)

    waiting, expected, expected_log = [], {}, []
    run_with(loop, lambda function, i: waiting.append((function, i)), expected, expected_log)
    queue, table, log = TransactionQueue(ordered=True), {}, []
    run_with(lambda: queue.run(threads), queue.add, table, log)
    assert log == expected_log
    assert list(table.items()) == list(expected.items())


@litmus(share=0.2)
def ordered_tasks_that_cannot_be_undone_wait_for_their_turn(rounds, threads):
    """Whoever writes to a pipe keeps all it has touched, which those in front may need."""
    source, target = os.pipe()
    box = Box(n=0, seen=0)

    def task(i):
        if i % 3:
            box.n += 1
            os.write(target, b"%04d" % (i % 10000))
        else:
            for _ in range(i % 7 * 50):
                pass
            box.seen += 1
            os.write(target, b"%04d" % (i % 10000))
        box.n += 1

    for start in range(0, rounds, 100):
        queue = TransactionQueue(ordered=True)
        for i in range(start, start + 100):
            queue.add(task, i)
        box.n = box.seen = 0
        queue.run(threads)
        assert box.n + box.seen == 200
        assert os.read(source, 1000) == b"".join(b"%04d" % (i % 10000) for i in range(start, start + 100))
    os.close(source)
    os.close(target)


@litmus(share=0.05)
def ordered_tasks_behind_one_that_fails_write_nothing(rounds, threads):
    """They may wait for their turn in the middle when they learn that it never comes."""
    source, target = os.pipe()

    def task(i):
        if i == 3:
            for _ in range(1000):
                pass
            raise Undo
        os.write(target, b"%d" % i)

    for _ in range(rounds):
        queue = TransactionQueue(ordered=True)
        for i in range(8):
            queue.add(task, i)
        raises(Undo, queue.run, threads)
        assert os.read(source, 1000) == b"012"
        queue.run(threads)
        assert os.read(source, 1000) == b"4567"
    os.close(source)
    os.close(target)


@litmus()
def tasks_that_are_native_functions_begin_anew(rounds, threads):
    """Such a one may be undone when no instruction runs in it."""
    for ordered in (False, True):
        one, other = {1: 0}, {2: 0}
        queue = TransactionQueue(ordered=ordered)
        for i in range(rounds):
            queue.add(one.update, other)
            queue.add(other.update, one)
            queue.add(one.__setitem__, 1, i)
            queue.add(other.__setitem__, 2, i)
        queue.run(threads)
        assert queue.number_of_transactions_executed() == 4 * rounds
        assert one.keys() | other.keys() == {1, 2}
        assert not ordered or (one, other) == ({1: rounds - 1, 2: rounds - 2}, {1: 0, 2: rounds - 1})


@litmus(share=0.1)
def the_first_exception_stops_a_run(rounds, threads):
    for _ in range(max(rounds // 10, 1)):
        for ordered in (False, True):
            queue, seen, errors = TransactionQueue(ordered=ordered), [], []
            queue.add(fail, Undo)
            queue.add(fail, Other)
            queue.add(seen.append, 42)
            queue.add(seen.append, 42)
            for _ in range(2):
                errors.append(type(raises((Undo, Other), queue.run, threads)))
            queue.run(threads)
            assert seen == [42, 42]
            assert set(errors) == {Undo, Other}
            assert not ordered or errors == [Undo, Other]
            assert queue.number_of_transactions_executed() == 4


@litmus(share=0.1, undo=True)
def a_failing_task_is_undone(rounds, threads):
    box = Box(n=0)

    def task(i):
        box.n += 1
        queue.add(task, -1)
        if i == 5:
            raise Undo

    for _ in range(max(rounds // 10, 1)):
        box.n, queue = 0, TransactionQueue(ordered=True)
        for i in range(10):
            queue.add(task, i)
        raises(Undo, queue.run, threads)
        assert box.n == 5, "tasks behind the one that failed show"


@litmus()
def generators_run_step_by_step(rounds, threads):
    def steps(log):
        for i in range(rounds // 4):
            log.append((i, transaction.is_atomic()))
            yield

    for ordered in (False, True):
        queue, logs = TransactionQueue(ordered=ordered), [[] for _ in range(4)]
        for log in logs:
            queue.add_generator(steps(log))
        queue.run(threads)
        assert logs == [[(i, True) for i in range(rounds // 4)]] * 4
        assert queue.number_of_transactions_executed() == 4 * (rounds // 4 + 1)


@litmus()
def map_is_the_loop(rounds, threads):
    log = []

    def square(a, b):
        log.append(a)
        return a * b

    assert transaction.map(square, range(rounds), range(rounds), threads=threads) == [i * i for i in range(rounds)]
    assert log == list(range(rounds))
    assert transaction.map(str, []) == []
    del log[:]
    raises(ZeroDivisionError, transaction.map, lambda i: log.append(i) or 1 // (i - 3), range(10))
    assert log == [0, 1, 2, 3][:4 - HAS_TRANSACTIONS], log


@litmus()
def misuse_is_an_error(rounds, threads):
    queue = TransactionQueue()
    raises(TypeError, queue.add, 5)
    raises(TypeError, transaction.atomic, 5)
    raises(ValueError, queue.run, 0)
    for function in (queue.run, queue.number_of_transactions_executed):
        queue.add(function)
        raises(transaction.TransactionError, queue.run, threads)
    with transaction.atomic:
        raises(transaction.TransactionError, queue.run)
        raises(transaction.TransactionError, transaction.map, abs, [1])
        raises(transaction.TransactionError, transaction.queue().get, True, 0.1)


@litmus()
def rounds_of_tasks(rounds, threads):
    ran = []

    def task(i):
        ran.append(i)
        if i:
            transaction.add_task(task, i - 1)

    transaction.add_task(task, 3)
    transaction.add_task(task, 1)
    assert [transaction.run_tasks(threads) for _ in range(5)] == [2, 2, 1, 1, 0]
    assert sorted(ran) == [0, 0, 1, 1, 2, 3]
    transaction.add_task(task, 3)
    assert transaction.run_all_tasks(threads) == 4
    assert transaction.run_all_tasks() == 0


@litmus(share=0.5)
def queue_between_threads(rounds, threads):
    channel = transaction.queue()

    def run(number):
        if number % 2:
            return [channel.get() for _ in range(rounds)]
        for i in range(rounds):
            channel.put((number, i))
        return []

    even = threads + threads % 2
    parts = in_threads(even, run)
    assert sorted(item for part in parts for item in part) == [(n, i) for n in range(0, even, 2) for i in range(rounds)]
    for part in parts:
        for sender in range(0, even, 2):
            mine = [i for number, i in part if number == sender]
            assert mine == sorted(mine), "out of order"
    assert channel.empty() and channel.qsize() == 0
    for _ in range(rounds * even // 2):
        channel.task_done()
    channel.join()
    raises(ValueError, channel.task_done)


@litmus(share=0.001)
def queue_timeouts(rounds, threads):
    channel = transaction.queue()
    start = time.monotonic()
    raises(transaction.Empty, channel.get, True, 0.05)
    assert time.monotonic() - start > 0.04
    raises(transaction.Empty, channel.get, False)
    threading.Timer(0.05, channel.put, (1,)).start()
    assert channel.get(timeout=30) == 1


@litmus(undo=True)
def queue_goes_back(rounds, threads):
    channel = transaction.queue()
    channel.put(0)
    for _ in range(rounds):
        try:
            with transaction.atomic:
                assert channel.get() == 0
                channel.put(1)
                assert channel.qsize() == 1
                raise Undo
        except Undo:
            pass
        assert channel.qsize() == 1
    assert channel.get() == 0


@litmus()
def stm_dict_and_set(rounds, threads):
    table, elements = transaction.stmdict(), transaction.stmset()

    def run(number):
        for i in range(rounds):
            with transaction.atomic:
                table[i % 100] = table.get(i % 100, 0) + 1
            elements.add((number, i))
            elements.discard((number, i - 5))

    in_threads(threads, run)
    assert sum(table.values()) == rounds * threads and len(table) == min(rounds, 100)
    assert elements == {(n, i) for n in range(threads) for i in range(max(rounds - 5, 0), rounds)}


@litmus()
def stm_collections_behave_like_their_models(rounds, threads):
    table = transaction.stmdict({"a": 1}, b=2)
    assert table == {"a": 1, "b": 2} and sorted(table) == ["a", "b"] and "a" in table and len(table) == 2
    assert table.setdefault("c", 3) == 3 == table.setdefault("c", 4) and table.pop("c") == 3 and table.pop("c", 5) == 5
    raises(KeyError, table.pop, "c")
    raises(KeyError, lambda: table["c"])
    raises(TypeError, lambda: table[[]])
    table.update(d=4)
    assert sorted(table.keys()) == ["a", "b", "d"] and sorted(table.values()) == [1, 2, 4] and table.copy() == table
    del table["d"]
    assert table.popitem() in [("a", 1), ("b", 2)] and len(table) == 1
    table.clear()
    assert not table and repr(table) == "stmdict({})"
    raises(KeyError, table.popitem)
    elements = transaction.stmset("abc")
    assert elements == {"a", "b", "c"} and elements & {"a"} == {"a"} and elements.copy() == elements
    elements.remove("a")
    raises(KeyError, elements.remove, "a")
    elements |= {"d"}
    assert sorted(elements) == ["b", "c", "d"] and elements.pop() in "bcd" and len(elements) == 2
    one, two = [], []
    by_identity = transaction.stmiddict([(one, 1)])
    assert by_identity[one] == 1 and two not in by_identity and by_identity.get(two, 5) == 5
    assert by_identity.setdefault(two) is None and len(by_identity) == 2 and [*by_identity].count([]) == 2
    del by_identity[one]
    raises(KeyError, by_identity.__delitem__, one)
    raises(KeyError, by_identity.__getitem__, one)
    identities = transaction.stmidset([one])
    assert one in identities and two not in identities and len(identities) == 1
    identities.discard(two)
    identities.remove(one)
    raises(KeyError, identities.remove, one)


class Holder:
    plain = transaction.threadlocalproperty()
    made = transaction.threadlocalproperty(list)


@litmus()
def thread_local_properties(rounds, threads):
    holder, other = Holder(), Holder()
    holder.plain = "main"

    def run(number):
        raises(AttributeError, lambda: holder.plain)
        assert holder.made == [] and holder.made is holder.made
        for i in range(rounds):
            holder.plain = (number, i)
            holder.made.append(i)
            assert holder.plain == (number, i)
        assert holder.made == list(range(rounds)) and other.made == []
        del holder.plain, holder.made
        raises(AttributeError, lambda: holder.plain)
        raises(AttributeError, delattr, holder, "plain")
        assert holder.made == []

    in_threads(threads, run)
    assert holder.plain == "main" and isinstance(Holder.plain, transaction.threadlocalproperty)


@litmus()
def names_for_pypy_stm(rounds, threads):
    assert isinstance(transaction.time(), float) and isinstance(transaction.clock(), float)
    assert transaction.hint_commit_soon() is None
    with transaction.atomic:
        assert transaction.hint_commit_soon() is None and transaction.is_atomic()
    assert isinstance(transaction.stats(), dict)
    for name in transaction.__all__:
        assert getattr(transaction, name).__doc__ or not HAS_TRANSACTIONS, name
