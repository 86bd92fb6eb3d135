"""A shared B-tree: 98 % look-ups, 1 % insertions, 1 % deletions, each one transaction."""

from bisect import bisect_left

from _program import main, transaction
from _sorted_map import Map, check, prepare, run  # noqa: F401

SIZE = 900_000
ORDER = 32  # a node has at most this many keys


class Node:
    __slots__ = ("keys", "values", "children")

    def __init__(self, keys, values, children):
        self.keys, self.values, self.children = keys, values, children


class BTree(Map):
    """Keys in order, values beside them, one child more than keys except in leaves. A deletion only empties the value."""

    def __init__(self):
        self.root = Node([], [], [])

    @transaction.atomic
    def get(self, key):
        node = self.root
        while True:
            i = bisect_left(node.keys, key)
            if i < len(node.keys) and node.keys[i] == key:
                return node.values[i]
            if not node.children:
                return None
            node = node.children[i]

    @transaction.atomic
    def put(self, key, value):
        if len(self.root.keys) == ORDER:
            self.root = Node([], [], [self.root])
            self.split(self.root, 0)
        node = self.root
        while True:
            i = bisect_left(node.keys, key)
            if i < len(node.keys) and node.keys[i] == key:
                node.values[i] = value
                return
            if not node.children:
                node.keys.insert(i, key)
                node.values.insert(i, value)
                return
            if len(node.children[i].keys) == ORDER:
                self.split(node, i)
            else:
                node = node.children[i]

    def split(self, parent, i):
        """Splits a full child into two and moves its middle key up."""
        child, middle = parent.children[i], ORDER // 2
        right = Node(child.keys[middle + 1:], child.values[middle + 1:], child.children[middle + 1:])
        parent.keys.insert(i, child.keys[middle])
        parent.values.insert(i, child.values[middle])
        parent.children.insert(i + 1, right)
        del child.keys[middle:], child.values[middle:], child.children[middle + 1:]

    @transaction.atomic
    def remove(self, key):
        node = self.root
        while True:
            i = bisect_left(node.keys, key)
            if i < len(node.keys) and node.keys[i] == key:
                node.values[i] = None
                return
            if not node.children:
                return
            node = node.children[i]

    def items(self):
        yield from self.items_below(self.root)

    def items_below(self, node):
        for i, key in enumerate(node.keys):
            if node.children:
                yield from self.items_below(node.children[i])
            if node.values[i] is not None:
                yield key, node.values[i]
        if node.children:
            yield from self.items_below(node.children[-1])


make = BTree

if __name__ == "__main__":
    main()
