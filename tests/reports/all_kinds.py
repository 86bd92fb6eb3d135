# expect: its turn
# expect: posix.write
# stress: steal,second-thread
"""Threads get in each other's way in all ways there are; `run.py` checks that each time is in the report with its lines."""
import os
import threading
import time

import transaction

ROUNDS = 300
output = os.open(os.devnull, os.O_WRONLY)
shared = 0


class Box:
    n = 0


box, table, items, elements = Box(), {}, [0] * 8, set()


def counter():
    n = 0

    def add():
        nonlocal n
        n += 1

    return add


def numbers():
    n = 0
    while True:
        yield n
        n += 1


add, steps = counter(), numbers()


def advance():
    try:
        next(steps)
    except ValueError:  # another thread is advancing it
        pass


lock, channel, condition = threading.Lock(), transaction.queue(), threading.Condition()


def instructions(number):
    global shared
    for i in range(ROUNDS):
        box.n += 1
        shared += 1
        table[i % 5] = i
        table.pop(i % 5 + 10, None)
        table[i % 5 + 10] = i
        items[i % 8] += 1
        items.append(i)
        items.pop()
        elements.add(i % 9)
        elements.discard(i % 9 + 1)
        add()
        Box.n = i
        advance()


def blocks(number):
    global shared
    for i in range(ROUNDS):
        with transaction.atomic:
            box.n += 1
            table[i % 5] = i
            items[0] += len(items)
        with transaction.atomic:
            elements.add(i % 9)
            add()
            shared += 1
            advance()
            table[i % 5 + 10] = i
        with transaction.atomic:
            with lock:
                box.n += 1


def locks(number):
    for i in range(ROUNDS):
        with lock:
            box.n += 1
        with condition:
            condition.notify_all()
            if number:
                condition.wait(0.0001)


def effects(number):
    for i in range(ROUNDS // 3):
        with transaction.atomic:
            box.n += 1
            os.write(output, b"x")
            table[i % 5] = i
        with transaction.atomic:
            print(i, file=null)
            items[0] += 1
            if i % 50 == 0:
                time.sleep(0.0001)


def hand_over(number):
    for i in range(ROUNDS):
        if number:
            channel.get()
        else:
            channel.put(i)


def task(i):
    if i == 0:
        time.sleep(0.05)  # the next one comes to wait for its turn
    for _ in range(i % 3 * 500):
        pass
    box.n += 1
    if i % 2:
        os.write(output, b"x")


def together(*functions):
    threads = [threading.Thread(target=f, args=(n,)) for f in functions for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


with open(os.devnull, "w") as null:
    together(instructions)
    together(blocks)
    together(instructions, blocks)
    together(locks)
    together(blocks, locks)
    together(effects)
    together(effects, blocks)
    together(hand_over)
    for ordered in (False, True):
        queue = transaction.TransactionQueue(ordered=ordered)
        for i in range(ROUNDS):
            queue.add(task, i)
        queue.run(3)
