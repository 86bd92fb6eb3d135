# What the collector says about objects.
import gc


class Node:
    def __init__(self, held):
        self.held = held


inner = Node([1, 2])
outer = Node(inner)
print(outer in gc.get_referrers(inner), inner in gc.get_referents(outer), Node in gc.get_referents(outer))
print(gc.get_referents([1, 2], {3: 4}, (0, 0, 0)), gc.get_referents(1, "a"))
print(any(o is inner for o in gc.get_objects()))
print([gc.is_tracked(x) for x in (None, 1, 1.5, "a", b"a", int, object(), gc, Node, inner, [], set())])
for generation in -2, 3, "1":
    try:
        gc.get_objects(generation)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)

kept = []


class Phoenix:
    def __del__(self):
        kept.append(self)


def make():
    Phoenix()


make()
gc.collect()
print(gc.is_finalized(kept[0]), gc.is_finalized(inner))
