"""Decides whether a recorded history of transactions is serializable, in real time, and opaque.

A transaction is recorded as a tuple of steps, made of local variables alone, so that undoing changes nothing of it:

    ("read", cell, value)    ("write", cell, value)    ("open",) ... ("close",) or ("undo",)    a block in the block

All written values are unique, in undone attempts too, and each cell is read in a transaction before it is written. So
every value tells who wrote it, and every write which version it replaced: the order of the versions of a cell is known, and
a history is serializable if and only if the graph of these orders has no cycle:

    who wrote a value -> who read it       who read a value -> who replaced it
    who ended         -> who began later

Attempts that were undone are nodes as well, with their reads only. No cycle among all of them is opacity: there is one
order in which everybody, the undone ones included, saw what the committed ones before it had left.
"""

from bisect import bisect_left
from collections import namedtuple

# begin: a time before the first step; end: a time after the last one, or None if it is not known.
Transaction = namedtuple("Transaction", "name begin end steps committed")


class Violation(Exception):
    """What is wrong with a history."""


def effects(transaction):
    """What a transaction read from others, cell to value, and what it left, cell to value.

    Raises Violation if it does not see its own writes, sees those that it has undone, or reads two values of one cell.
    """
    reads, writes = {}, [{}]
    for kind, *operands in transaction.steps:
        if kind == "read":
            cell, value = operands
            own = next((level[cell] for level in reversed(writes) if cell in level), None)
            expected = reads.setdefault(cell, value) if own is None else own
            if value != expected:
                what = f"read {value} from {cell}, not {expected} as before"
                raise Violation(f"{transaction.name} {what}\n  {transaction.steps}")
        elif kind == "write":
            cell, value = operands
            if cell not in reads:
                raise ValueError(f"{transaction.name} writes {cell} without having read it")
            writes[-1][cell] = value
        elif kind == "open":
            writes.append({})
        elif kind == "undo":
            writes.pop()
        else:
            inner = writes.pop()
            writes[-1].update(inner)
    return reads, writes[0]


def version_order(initial, transactions, seen):
    """Who wrote each value, and who replaced it: two dicts from (cell, value) to the transaction's number."""
    writer = {(cell, value): None for cell, value in initial.items()}
    replacer = {}
    for number, (reads, writes) in enumerate(seen):
        if not transactions[number].committed:
            continue
        for cell, value in writes.items():
            writer[cell, value] = number
            other = replacer.setdefault((cell, reads[cell]), number)
            if other != number:
                names = transactions[other].name, transactions[number].name
                raise Violation(f"lost update: {names[0]} and {names[1]} both replaced {reads[cell]} in {cell}")
    return writer, replacer


def origin(transactions, cell, value):
    """A line about the attempt that wrote a value."""
    for transaction in transactions:
        if ("write", cell, value) in transaction.steps:
            return f"written by {transaction.name}{'' if transaction.committed else ', undone'}: {transaction.steps}"
    return "written by nobody"


def edges(transactions, seen, writer, replacer):
    """The graph: for each node those that come after it. Beyond the transactions there is a node for each known end."""
    ended = sorted((t.end, number) for number, t in enumerate(transactions) if t.end is not None)
    ends, clock = [end for end, _ in ended], len(transactions)
    after = [[] for _ in range(clock + len(ended))]
    for number, (reads, _) in enumerate(seen):
        transaction = transactions[number]
        for cell, value in reads.items():
            if (cell, value) not in writer:
                message = f"{transaction.name} read {value} from {cell}, which no committed transaction left there"
                raise Violation(f"{message}\n  {transaction.steps}\n  {origin(transactions, cell, value)}")
            source, replaced_by = writer[cell, value], replacer.get((cell, value))
            if source is not None:
                after[source].append(number)
            if replaced_by is not None and replaced_by != number:
                after[number].append(replaced_by)
        before = bisect_left(ends, transaction.begin)
        if before:
            after[clock + before - 1].append(number)
    for place, (_, number) in enumerate(ended):
        after[number].append(clock + place)
        if place + 1 < len(ended):
            after[clock + place].append(clock + place + 1)
    return after


def find_cycle(after):
    """The nodes of some cycle of the graph, in order, or None."""
    missing = [0] * len(after)
    for followers in after:
        for node in followers:
            missing[node] += 1
    ready = [node for node, count in enumerate(missing) if not count]
    for node in ready:
        for follower in after[node]:
            missing[follower] -= 1
            if not missing[follower]:
                ready.append(follower)
    left = {node for node, count in enumerate(missing) if count}
    if not left:
        return None
    # What is left lies on a cycle or behind one; going backwards stays on or before one.
    before = {follower: node for node in left for follower in after[node] if follower in left}
    node, path = next(iter(left)), []
    while node not in path:
        path.append(node)
        node = before[node]
    return path[path.index(node):][::-1]


def check(initial, transactions, final):
    """Raises Violation if the history cannot be. `initial`, `final`: the cells' values before and after it."""
    seen = [effects(transaction) for transaction in transactions]
    writer, replacer = version_order(initial, transactions, seen)
    after = edges(transactions, seen, writer, replacer)
    for cell, value in initial.items():
        while (cell, value) in replacer:
            value = seen[replacer[cell, value]][1][cell]
        if value != final[cell]:
            message = f"{cell} ends as {final[cell]}, but the last committed version is {value}"
            raise Violation(f"{message}\n  {origin(transactions, cell, final[cell])}")
    cycle = find_cycle(after)
    if cycle is not None:
        nodes = [transactions[node] for node in cycle if node < len(transactions)]
        kind = "not serializable" if all(node.committed for node in nodes) else "not opaque"
        lines = "\n".join(f"  {node.name} {'' if node.committed else '(undone) '}{node.steps}" for node in nodes)
        raise Violation(f"{kind}, a cycle:\n{lines}")
