# After gc.collect() in a function nothing lives that only leftovers of expressions and calls of its callers refer to.
import gc, weakref


class Thing: pass


class Failure(Exception):
    def __init__(self, thing): self.thing = thing


class Silent:
    def __enter__(self): return self
    def __exit__(self, *exc): return True


def collect(): gc.collect()


def dies(case):
    def fail():
        local = thing
        raise Failure(thing)
    thing = Thing()
    reference = weakref.ref(thing)
    if case == "as":
        try: fail()
        except Failure as e: pass
    elif case == "class":
        try: fail()
        except Failure: pass
    elif case == "bare":
        try: fail()
        except: pass
    elif case == "break":
        for i in [0]:
            try: fail()
            except: break
    elif case == "context":
        try:
            try: fail()
            except: raise KeyError
        except KeyError as e:
            e.__context__ = None
    elif case == "raise":
        try: fail()
        except Failure:
            try:
                try: raise
                finally: raise
            except Failure: pass
    elif case == "with":
        with Silent(): fail()
    elif case == "list":
        kept = [1, thing]
        kept = None
    elif case == "arguments":
        print(len([thing, *(thing, thing)]), type(thing).__name__, end=" ")
    elif case == "cycle":
        thing.list = [thing, fail]
        fail = None
    elif case == "deleted attribute":
        other = Thing()
        other.a, other.b = thing, 1
        del other.a
    thing = None
    collect()
    return reference() is None


for case in ("as", "class", "bare", "break", "context", "raise", "with", "list", "arguments", "cycle", "deleted attribute"):
    print(case, dies(case))
