from _bench import measure


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    return Node(build(depth - 1), build(depth - 1)) if depth else Node(None, None)


def count(node):
    return 1 + count(node.left) + count(node.right) if node.left else 1


def run(n):
    for _ in range(n):
        assert count(build(8)) == 511


# One operation is one node made and visited.
measure(run, 511)
