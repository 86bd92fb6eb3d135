# Instructions that knew a class which has died meet a new one, perhaps in the same place.
import gc


def read(o): return o.x
def write(o, v): o.x = v
def grow(o, v): o.first = v
def call(o): return o.m()
def of_class(c): return c.limit
def of_class_method(c): return c.make()


def make(i):
    if i % 3 == 0:
        class C:
            limit = i
            def __init__(self): self.x, self.y = i, -i
            def m(self): return self.x
            @classmethod
            def make(cls): return cls.limit
    elif i % 3 == 1:
        class C:
            limit = i
            def __init__(self): self.y, self.x = -i, i
            def m(self): return self.y
            @classmethod
            def make(cls): return -cls.limit
    else:
        class C(dict):
            __slots__ = "q", "x"
            limit = i
            def __init__(self): self.q, self.x = "q", i
            def m(self): return self.q
            @classmethod
            def make(cls): return cls.limit * 2
            first = property(lambda self: self.q, lambda self, v: setattr(self, "q", v))
    return C


class Meta(type):
    def __init__(cls, *args): cls.limit = len(args)


sums = [0] * 7
for i in range(150):
    del_me = Meta("D", (), {}) if i % 4 == 0 else None
    C = make(i) if i % 7 or del_me is None else del_me
    sums[4] += of_class(C)
    if C is del_me:
        sums[6] += 1
    else:
        for j in range(3):
            o = C()
            sums[0] += read(o)
            write(o, j)
            sums[1] += read(o)
            grow(o, j)
            sums[2] += o.first
            sums[3] += len(str(call(o)))
        sums[5] += of_class_method(C)
    del C, del_me
    o = None
    if i % 5 == 0:
        gc.collect(i // 5 % 3)
print(sums)
