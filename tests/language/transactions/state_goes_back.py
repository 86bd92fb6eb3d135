"""What an exception undoes beside attributes, items and elements."""

import collections
import contextvars
import csv
import functools
import hashlib
import io
import itertools
import queue
import re
import struct
import sys
import threading

import transaction


class Undo(Exception):
    pass


def check(name, make, change, look):
    """Undoes the change in a block, and in an inner block."""
    thing = make()
    before = look(thing)
    for nested in (False, True):
        try:
            with transaction.atomic:
                if nested:
                    try:
                        with transaction.atomic:
                            change(thing)
                            raise Undo
                    except Undo:
                        print(end="" if look(thing) == before else f"{name}: not undone in the inner block\n")
                        change(thing)
                        raise
                change(thing)
                assert look(thing) != before, name
                raise Undo
        except Undo:
            pass
        after = look(thing)
        print(name, "goes back" if after == before else f"{before} -> {after}")
    change(thing)
    assert look(thing) != before, name


class Thing:
    shared = 0

    def method(self, x=1):
        return x


def rows():
    return csv.reader(["a,b", "c,d", "e,f", "g,h", "i,j"])


check("StringIO", lambda: io.StringIO("abc"), lambda s: s.write("xyz"), lambda s: (s.getvalue(), s.tell()))
check("BytesIO", lambda: io.BytesIO(b"abc"), lambda s: s.read(2), lambda s: (s.getvalue(), s.tell()))
check("hash", hashlib.sha256, lambda h: h.update(b"x"), lambda h: h.hexdigest())
check("blake2", hashlib.blake2b, lambda h: h.update(b"x"), lambda h: h.hexdigest())
check("csv.reader", rows, next, lambda r: r.line_num)
check("Lock", threading.Lock, lambda lock: lock.acquire(), lambda lock: lock.locked())
check("RLock", threading.RLock, lambda lock: lock.acquire(), lambda lock: lock._recursion_count())
check("Condition", threading.Condition, lambda c: c.acquire(), lambda c: c._is_owned())
check("Semaphore", threading.Semaphore, lambda s: s.release(), lambda s: s._value)
check("Event", threading.Event, lambda e: e.set(), lambda e: e.is_set())
check("Queue", queue.Queue, lambda q: q.put(1), lambda q: q.qsize())
check("SimpleQueue", queue.SimpleQueue, lambda q: q.put(1), lambda q: q.qsize())
check("function", lambda: lambda x=1: x, lambda f: setattr(f, "__defaults__", (f() + 1,)), lambda f: f())
check("function attribute", lambda: lambda: 0, lambda f: setattr(f, "x", 1), lambda f: hasattr(f, "x"))
check("class attribute", lambda: type("C", (Thing,), {}), lambda c: setattr(c, "shared", c.shared + 1), lambda c: c.shared)
check("class attribute of an instance", lambda: type("C", (Thing,), {})(), lambda o: setattr(type(o), "shared", o.shared + 1), lambda o: o.shared)
check("method", lambda: type("C", (Thing,), {})(), lambda o: setattr(type(o), "method", lambda self: 2), lambda o: o.method())
check("special method", lambda: type("C", (Thing,), {})(), lambda o: setattr(type(o), "__len__", lambda self: 2), lambda o: hasattr(o, "__len__") and len(o))
check("base", lambda: type("C", (Thing,), {}), lambda c: setattr(c, "__bases__", (type("Other", (Thing,), {"shared": 7}),)), lambda c: c.shared)
check("property", lambda: type("C", (), {"p": property(lambda self: 1)})(), lambda o: setattr(type(o), "p", property(lambda self: 2)), lambda o: o.p)
check("partial", lambda: functools.partial(int), lambda p: p.__setstate__((float, (), {}, {})), lambda p: p.func)
check("cache", lambda: itertools.count(), next, repr)
check("OrderedDict", lambda: collections.OrderedDict(a=1, b=2, c=3), lambda d: d.move_to_end(next(iter(d))), list)
check("deque", lambda: collections.deque([1, 2, 3]), lambda d: d.rotate(1), list)

variable = contextvars.ContextVar("variable", default=0)
check("context variable", lambda: variable, lambda v: v.set(v.get() + 1), lambda v: v.get())
check("hooks of async generators", lambda: sys, lambda s: s.set_asyncgen_hooks(len), lambda s: s.get_asyncgen_hooks())
check("coroutine origins", lambda: sys, lambda s: s.set_coroutine_origin_tracking_depth(s.get_coroutine_origin_tracking_depth() + 1),
      lambda s: s.get_coroutine_origin_tracking_depth())
local = threading.local()
local.n = 0
check("local", lambda: local, lambda o: setattr(o, "n", o.n + 1), lambda o: o.n)


def in_new_context():
    """The current context is made by the block that is undone."""

    def run():
        try:
            with transaction.atomic:
                variable.set(5)
                raise Undo
        except Undo:
            print("new thread", variable.get())

    thread = threading.Thread(target=run, context=contextvars.Context())
    thread.start()
    thread.join()


in_new_context()
with transaction.atomic:
    # None of these keeps the block from beginning anew.
    print(re.sub("b", "x", "abc"), struct.Struct("<i").pack(1), hashlib.md5(b"x").hexdigest()[:4])
    lock = threading.Lock()
    with lock:
        print(lock.locked())
