import collections
import itertools
import threading


def in_threads(n, target):
    threads = [threading.Thread(target=target, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


# What CPython promises of single operations.
items = []
in_threads(4, lambda n: [items.append((n, i)) for i in range(500)])
print(len(items), len(set(items)))
table = {}
in_threads(4, lambda n: [table.__setitem__((n, i), i) for i in range(500)])
print(len(table), sum(table.values()))
numbers = set()
in_threads(4, lambda n: [numbers.add(n * 500 + i) for i in range(500)])
print(len(numbers), sum(numbers))
line = collections.deque()
in_threads(4, lambda n: [line.append((n, i)) for i in range(500)])
print(len(line), len(set(line)))
taken = []


def take(n):
    mine = []
    try:
        while True:
            mine.append(line.popleft())
    except IndexError:
        taken.extend(mine)


in_threads(4, take)
print(len(taken), len(set(taken)), len(line))
taken = []


def pop(n):
    mine = []
    try:
        while True:
            mine.append(items.pop())
    except IndexError:
        taken.extend(mine)


in_threads(4, pop)
print(len(taken), len(set(taken)), len(items))
setdefaults = {}
winners = []
in_threads(4, lambda n: winners.extend(setdefaults.setdefault(i, n) == n for i in range(300)))
print(sum(winners), len(setdefaults))
counter = itertools.count()
drawn = []
in_threads(4, lambda n: drawn.extend([next(counter) for _ in range(300)]))
print(sorted(drawn) == list(range(1200)))


class Box:
    pass


box = Box()
in_threads(4, lambda n: [setattr(box, f"a{n}_{i}", i) for i in range(30)])
print(len(vars(box)))
