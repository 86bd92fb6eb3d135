"""Collections for many threads: keys are spread over stripes, and transactions that touch different ones never conflict.

They have no order. A key whose hash or comparison is written in Python should be used inside a transaction only.
"""

from collections.abc import MutableMapping, MutableSet

from _transaction import atomic

# A prime, so that addresses, which are multiples of 16, are spread too.
STRIPES = 61


class stmdict(MutableMapping):
    """A dict without order in which transactions on different keys seldom conflict. Takes what `dict` takes."""

    __slots__ = ("_stripes", "__weakref__")

    def __init__(self, /, *args, **kwargs):
        self._stripes = tuple({} for _ in range(STRIPES))
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def __getitem__(self, key):
        return self._stripes[hash(key) % STRIPES][key]

    def __setitem__(self, key, value):
        self._stripes[hash(key) % STRIPES][key] = value

    def __delitem__(self, key):
        del self._stripes[hash(key) % STRIPES][key]

    def __contains__(self, key):
        return key in self._stripes[hash(key) % STRIPES]

    @atomic
    def __len__(self):
        return sum(map(len, self._stripes))

    def __iter__(self):
        return iter([key for key, _ in self.items()])

    @atomic
    def items(self):
        """A list of the keys with their values, as they are now."""
        return [item for stripe in self._stripes for item in stripe.items()]

    def values(self):
        """A list of the values, as they are now."""
        return [value for _, value in self.items()]

    def __repr__(self):
        return f"{type(self).__name__}({dict(self.items())!r})"

    def get(self, key, default=None):
        """The value of the key, or `default`."""
        return self._stripes[hash(key) % STRIPES].get(key, default)

    def setdefault(self, key, default=None):
        """The value of the key, which becomes `default` if there is none."""
        return self._stripes[hash(key) % STRIPES].setdefault(key, default)

    def pop(self, key, *default):
        """Takes the key out and returns its value, or `default`."""
        return self._stripes[hash(key) % STRIPES].pop(key, *default)

    @atomic
    def popitem(self):
        """Takes out some key and returns it with its value."""
        for stripe in self._stripes:
            if stripe:
                return stripe.popitem()
        raise KeyError("popitem(): dictionary is empty")

    @atomic
    def clear(self):
        """Takes all keys out."""
        for stripe in self._stripes:
            stripe.clear()

    @atomic
    def update(self, /, *args, **kwargs):
        """Takes over the items of a mapping, of an iterable of pairs and of the keywords."""
        super().update(*args, **kwargs)

    @atomic
    def copy(self):
        """A new one with the same items."""
        return type(self)(self)


class stmset(MutableSet):
    """A set without order in which transactions on different elements seldom conflict."""

    __slots__ = ("_stripes", "__weakref__")

    def __init__(self, iterable=()):
        self._stripes = tuple(set() for _ in range(STRIPES))
        for element in iterable:
            self.add(element)

    def __contains__(self, element):
        return element in self._stripes[hash(element) % STRIPES]

    @atomic
    def __len__(self):
        return sum(map(len, self._stripes))

    def __iter__(self):
        return iter(self._all_elements())

    @atomic
    def _all_elements(self):
        return [element for stripe in self._stripes for element in stripe]

    def __repr__(self):
        return f"{type(self).__name__}({list(self)!r})"

    def add(self, element):
        """Adds an element."""
        self._stripes[hash(element) % STRIPES].add(element)

    def discard(self, element):
        """Takes an element out if it is there."""
        self._stripes[hash(element) % STRIPES].discard(element)

    def remove(self, element):
        """Takes an element out; raises KeyError if it is not there."""
        self._stripes[hash(element) % STRIPES].remove(element)

    @atomic
    def pop(self):
        """Takes some element out and returns it."""
        for stripe in self._stripes:
            if stripe:
                return stripe.pop()
        raise KeyError("pop from an empty set")

    @atomic
    def clear(self):
        """Takes all elements out."""
        for stripe in self._stripes:
            stripe.clear()

    @atomic
    def copy(self):
        """A new one with the same elements."""
        return type(self)(self)


class stmiddict(MutableMapping):
    """Like `stmdict`, but a key is only equal to itself; it need not be hashable."""

    __slots__ = ("_items", "__weakref__")

    def __init__(self, items=()):
        self._items = stmdict()  # id of the key to (key, value); holding the key keeps its id
        for key, value in getattr(items, "items", lambda: items)():
            self[key] = value

    def __getitem__(self, key):
        item = self._items.get(id(key))
        if item is None:
            raise KeyError(key)
        return item[1]

    def __setitem__(self, key, value):
        self._items[id(key)] = key, value

    def __delitem__(self, key):
        if self._items.pop(id(key), None) is None:
            raise KeyError(key)

    def __contains__(self, key):
        return id(key) in self._items

    def __len__(self):
        return len(self._items)

    def __iter__(self):
        return iter([key for key, _ in self._items.values()])

    def __eq__(self, other):
        return self is other

    __hash__ = None

    def setdefault(self, key, default=None):
        """The value of the key, which becomes `default` if there is none."""
        return self._items.setdefault(id(key), (key, default))[1]


class stmidset(MutableSet):
    """Like `stmset`, but an element is only equal to itself; it need not be hashable."""

    __slots__ = ("_elements", "__weakref__")

    def __init__(self, iterable=()):
        self._elements = stmdict()  # id of the element to the element
        for element in iterable:
            self.add(element)

    def __contains__(self, element):
        return id(element) in self._elements

    def __len__(self):
        return len(self._elements)

    def __iter__(self):
        return iter(self._elements.values())

    def add(self, element):
        """Adds an element."""
        self._elements[id(element)] = element

    def discard(self, element):
        """Takes an element out if it is there."""
        self._elements.pop(id(element), None)
