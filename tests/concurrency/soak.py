#!/usr/bin/env python3
"""Runs a bank, a sorted list and a graph of producers and consumers at the same time, for a given time. See README.md."""

import argparse
import gc
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from _litmus import HAS_TRANSACTIONS, Undo, in_threads, transaction  # noqa: E402

atomic = transaction.atomic


class Account:
    def __init__(self, balance):
        self.balance = balance


class Bank:
    """Money moves between accounts, some transfers are undone, audits see all of it."""

    ACCOUNTS, START = 100, 1000

    def __init__(self):
        self.accounts = [Account(self.START) for _ in range(self.ACCOUNTS)]

    def step(self, choose, steps):
        kind = choose.randrange(50)
        if kind == 0:
            self.check()
        elif kind == 1 and HAS_TRANSACTIONS:
            try:
                with atomic:
                    choose.choice(self.accounts).balance -= 77
                    raise Undo
            except Undo:
                pass
        else:
            self.transfer(*choose.sample(self.accounts, 2), choose.randrange(100))

    @atomic
    def transfer(self, source, target, amount):
        source.balance -= amount
        if source.balance < 0:
            source.balance += amount
            return
        target.balance += amount

    @atomic
    def check(self):
        total = sum(account.balance for account in self.accounts)
        assert total == self.ACCOUNTS * self.START, f"the bank has {total}"
        assert min(account.balance for account in self.accounts) >= 0


class Node:
    __slots__ = ("key", "next")

    def __init__(self, key, following):
        self.key, self.next = key, following


class SortedList:
    """A linked list that stays sorted, without duplicates, and as long as its counter says."""

    KEYS = 64

    def __init__(self):
        self.head = Node(-1, None)
        self.length = 0

    def step(self, choose, steps):
        key = choose.randrange(self.KEYS)
        kind = choose.randrange(20)
        if kind == 0:
            self.check()
        elif kind < 8:
            self.insert(key)
        elif kind < 15:
            self.remove(key)
        else:
            self.contains(key)

    def before(self, key):
        node = self.head
        while node.next is not None and node.next.key < key:
            node = node.next
        return node

    @atomic
    def insert(self, key):
        node = self.before(key)
        if node.next is None or node.next.key != key:
            node.next = Node(key, node.next)
            self.length += 1

    @atomic
    def remove(self, key):
        node = self.before(key)
        if node.next is not None and node.next.key == key:
            node.next = node.next.next
            self.length -= 1

    @atomic
    def contains(self, key):
        node = self.before(key).next
        return node is not None and node.key == key

    @atomic
    def check(self):
        keys, node = [], self.head.next
        while node is not None:
            keys.append(node.key)
            node = node.next
        assert keys == sorted(set(keys)), f"the list is {keys}"
        assert len(keys) == self.length, f"{len(keys)} keys, the counter says {self.length}"


class Pipeline:
    """Items go from producers through channels to consumers. Every thread moves what it finds, and waits when it must."""

    STAGES, PLACES = 4, 8

    def __init__(self):
        self.channels = [[] for _ in range(self.STAGES)]
        self.made = 0
        self.used = 0

    def step(self, choose, steps):
        kind = choose.randrange(self.STAGES + 1)
        if kind == 0:
            self.make(steps)
        elif kind == self.STAGES:
            self.use()
        else:
            self.move(kind)
        if steps % 100 == 0:
            self.check()

    @atomic
    def make(self, payload):
        if len(self.channels[0]) < self.PLACES:
            self.channels[0].append((payload, [payload] * 10))
            self.made += 1

    @atomic
    def move(self, stage):
        # Where there is nothing to move, or no place, another stage's step will change it.
        if self.channels[stage - 1] and len(self.channels[stage]) < self.PLACES:
            self.channels[stage].append(self.channels[stage - 1].pop(0))

    @atomic
    def use(self):
        if self.channels[-1]:
            payload, copies = self.channels[-1].pop(0)
            assert copies == [payload] * 10
            self.used += 1

    @atomic
    def check(self):
        waiting = sum(map(len, self.channels))
        assert self.made == self.used + waiting, f"{self.made} made, {self.used} used, {waiting} on their way"


class Hands:
    """Producers and consumers that really wait, on one channel each way."""

    def __init__(self):
        self.there, self.back = [], []
        self.ended = False

    def answer(self):
        """Sends back all that comes, until told to end."""
        while transaction.wait_until(lambda: self.there or self.ended):
            if not self.pass_on():
                return

    @atomic
    def pass_on(self):
        if not self.there:
            return not self.ended
        self.back.append(self.there.pop())
        return True

    def step(self, choose, steps):
        token = object()
        self.there.append(token)
        assert transaction.wait_until(lambda: self.take(token)), "the token did not come back"

    def take(self, token):
        """Whether the token is back; takes it then."""
        if token in self.back:
            self.back.remove(token)
            return True
        return False


def resident():
    """The memory of this process in MiB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def sample_memory(end):
    """The memory once a second, more often if the time is short."""
    samples, pause = [], min(1, (end - time.monotonic()) / 20)
    while time.monotonic() < end:
        time.sleep(pause)
        gc.collect()
        samples.append(resident())
    return samples


def work(number, structures, hands, end, counts, workers):
    if number == workers:
        return hands.answer()
    if number > workers:
        try:
            return sample_memory(end)
        finally:
            transaction.wait_until(lambda: all(counts))
            hands.ended = True
    choose, steps = random.Random(), 0
    try:
        while time.monotonic() < end:
            steps += 1
            structures[(steps + number) % len(structures)].step(choose, steps)
    finally:
        counts[number] = steps or 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="how long (10)")
    parser.add_argument("--threads", type=int, default=2, help="threads that work; two more wait (2)")
    arguments = parser.parse_args()
    structures = [Bank(), SortedList(), Pipeline(), Hands()]
    end, counts = time.monotonic() + arguments.seconds, [0] * arguments.threads
    samples = in_threads(arguments.threads + 2, work, structures, structures[3], end, counts, arguments.threads)[-1]
    for structure in structures[:3]:
        structure.check()
    assert not structures[3].there and not structures[3].back
    early, late = max(samples[len(samples) // 4:len(samples) // 2]), max(samples[-len(samples) // 4:])
    assert late < early * 1.2 + 8, f"memory grew from {early:.0f} to {late:.0f} MiB"
    print(f"{sum(counts)} steps in {arguments.seconds:.0f} s, all invariants hold, memory {early:.0f} to {late:.0f} MiB")


if __name__ == "__main__":
    main()
