"""A shared skip list: 98 % look-ups, 1 % insertions, 1 % deletions, each one transaction."""

from _program import main, transaction
from _sorted_map import Map, check, prepare, run  # noqa: F401

SIZE = 600_000
LEVELS = 14


class Node:
    __slots__ = ("key", "value", "next")

    def __init__(self, key, value, levels):
        self.key, self.value, self.next = key, value, [None] * levels


def levels_of(key):
    """How many levels a key's node has: one more with probability 1/2, by the bits of a hash of the key."""
    bits = key * 2654435761 % 4294967296 >> 12
    return min(LEVELS, (~bits & bits + 1).bit_length())


class SkipList(Map):
    def __init__(self):
        self.head = Node(-1, None, LEVELS)

    def before(self, key):
        """On each level the last node whose key is smaller."""
        nodes, node = [None] * LEVELS, self.head
        for level in range(LEVELS - 1, -1, -1):
            while (after := node.next[level]) is not None and after.key < key:
                node = after
            nodes[level] = node
        return nodes

    @transaction.atomic
    def get(self, key):
        node = self.head
        for level in range(LEVELS - 1, -1, -1):
            while (after := node.next[level]) is not None and after.key < key:
                node = after
        node = node.next[0]
        return node.value if node is not None and node.key == key else None

    @transaction.atomic
    def put(self, key, value):
        nodes = self.before(key)
        found = nodes[0].next[0]
        if found is not None and found.key == key:
            found.value = value
            return
        fresh = Node(key, value, levels_of(key))
        for level in range(len(fresh.next)):
            fresh.next[level] = nodes[level].next[level]
            nodes[level].next[level] = fresh

    @transaction.atomic
    def remove(self, key):
        nodes = self.before(key)
        found = nodes[0].next[0]
        if found is None or found.key != key:
            return
        for level in range(len(found.next)):
            nodes[level].next[level] = found.next[level]

    def items(self):
        node = self.head
        while (node := node.next[0]) is not None:
            yield node.key, node.value


make = SkipList

if __name__ == "__main__":
    main()
