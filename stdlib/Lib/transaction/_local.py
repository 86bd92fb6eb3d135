"""Attributes with a value for each thread."""

from _thread import _local
from weakref import ref


class threadlocalproperty:
    """An attribute that has a value of its own in each thread.

        class Parser:
            depth = transaction.threadlocalproperty()
            cache = transaction.threadlocalproperty(dict)

    Where a thread has assigned nothing yet, reading calls `default_factory` and keeps what it returns; without a
    factory it raises AttributeError. A TransactionQueue runs its tasks on a few threads, one after the other, so such
    an attribute serves well for caches and for what is only used within one task. Values live as long as the instance
    and the thread.
    """

    def __init__(self, default_factory=None):
        self.default_factory = default_factory
        self._name = "?"
        self._local = _local()

    def __set_name__(self, owner, name):
        self._name = name

    def _values(self):
        """This thread's values: id of the instance to (weak reference to it, value)."""
        try:
            return self._local.values
        except AttributeError:
            values = self._local.values = {}
            return values

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        entry = self._values().get(id(instance))
        # A reference of another, dead instance at the same address may not have been cleared away yet.
        if entry is not None and entry[0]() is instance:
            return entry[1]
        if self.default_factory is None:
            raise AttributeError(f"{type(instance).__name__!r} object has no attribute {self._name!r} in this thread")
        value = self.default_factory()
        self.__set__(instance, value)
        return value

    def __set__(self, instance, value):
        values, key = self._values(), id(instance)

        def forget(reference):
            entry = values.get(key)
            if entry is not None and entry[0] is reference:
                del values[key]

        entry = values.get(key)
        reference = entry[0] if entry is not None and entry[0]() is instance else ref(instance, forget)
        values[key] = reference, value

    def __delete__(self, instance):
        entry = self._values().pop(id(instance), None)
        if entry is None or entry[0]() is not instance:
            raise AttributeError(f"{type(instance).__name__!r} object has no attribute {self._name!r} in this thread")
