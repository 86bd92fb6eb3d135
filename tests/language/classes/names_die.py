# Names that only dead objects had come and go; what is found under a name must not depend on where the name stands.
import gc, sys


class Static:
    pass


class Open:
    def __getattr__(self, name): return "no " + name


kept = Static()
total = 0
for i in range(400):
    name, other = f"name_{i % 150}", f"other_{i}"
    sys.intern(name)
    setattr(Static, name, i)
    total += getattr(kept, name) + getattr(Static, name)
    assert getattr(Open(), other) == "no " + other, other
    class Local: pass
    o = Local()
    setattr(o, other, i)
    setattr(o, name, -i)
    assert vars(o) == {other: i, name: -i} and getattr(o, other) == i
    assert not hasattr(kept, other) and not hasattr(Static, other)
    exec(f"def f({other}, /, *, {name}): {name}_ = {other}; return locals()")
    assert f(1, **{name: 2}) == {other: 1, name: 2, name + "_": 1}
    if i % 3 == 0:
        delattr(Static, name)
        assert not hasattr(kept, name)
    if i % 20 == 0:
        gc.collect()
print(total, len([n for n in vars(Static) if n.startswith("name_")]))
left = Static()
for i in range(40):
    setattr(left, f"left_{i}", i)
    if i % 10 == 0:
        gc.collect()
print(sorted(vars(left).values()) == list(range(40)), left.left_7, sys.intern("left_" + str(8)) in vars(left))
