import gc, weakref


class Base:
    def who(self): return "base"


def collected(reference):
    gc.collect()
    return reference() is None


def make(name, **members):
    return type(name, (Base,), members)


# A class that nobody refers to.
heard = []
plain = weakref.ref(make("Plain"), lambda r: heard.append(r() is None))
print(collected(plain), heard, Base.__subclasses__())

# With methods, a cell for __class__, attributes, instances that have died.
def full():
    class Full(Base):
        __slots__ = "a", "__dict__", "__weakref__"
        limit = 3
        def __init__(self): self.a, self.b = 1, 2
        def who(self): return super().who() + str(self.a + self.b + self.limit)
        @classmethod
        def build(cls): return cls()
        @property
        def p(self): return self.a
    one = Full.build()
    print(one.who(), one.p)
    return weakref.ref(Full), weakref.ref(one)
full, one = full()
print(collected(full), one(), Base.__subclasses__())

# An instance keeps it, and so does a bound method, a subclass, a generator.
kept = make("Kept", value=1)()
reference = weakref.ref(type(kept))
print(collected(reference), kept.value, [c.__name__ for c in Base.__subclasses__()])
method = kept.who
del kept
print(collected(reference), method())
del method
print(collected(reference))
child = type("Child", (make("Parent"),), {})
reference = weakref.ref(child.__base__)
print(collected(reference), [c.__name__ for c in Base.__subclasses__()])
del child
print(collected(reference), Base.__subclasses__())

# An object that has moved to another class keeps the new one.
moved = make("Before")()
first = weakref.ref(type(moved))
moved.__class__ = make("After", value=2)
second = weakref.ref(type(moved))
print(collected(first), collected(second), moved.value)
del moved
print(collected(second))

# A class and its metaclass die together; a metaclass lives as long as its classes.
class Meta(type):
    pass
made = Meta("Made", (Base,), {})
metaclass, reference = weakref.ref(Meta), weakref.ref(made)
del Meta
print(collected(metaclass), type(made).__name__)
del made
print(collected(reference), collected(metaclass))

# A finaliser revives instance and class once.
class Phoenix(Base):
    def __del__(self): saved.append(self)
saved = []
Phoenix()
reference = weakref.ref(Phoenix)
del Phoenix
gc.collect()
print([type(o).__name__ for o in saved], [c.__name__ for c in Base.__subclasses__()])
Base.extra = 5
print(saved[0].extra, saved[0].who())
del saved, Base.extra
gc.collect()
print(Base.__subclasses__())

# Order of the living.
names = {n: make(n) for n in "abcdef"}
del names["b"], names["e"]
gc.collect()
print([c.__name__ for c in Base.__subclasses__()])
