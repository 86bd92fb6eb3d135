# Attributes beyond those that the class's own methods assign: the first instance keeps them elsewhere than later ones.
class Empty:
    pass


def fill(instance, count):
    for i in range(count):
        setattr(instance, f"a{i}", i * i)
    return instance


instances = [fill(Empty(), 12) for _ in range(5)]
for instance in instances:
    print(instance.a0, instance.a3, instance.a4, instance.a7, instance.a8, instance.a11)
    instance.a11 += 1
    del instance.a4
    print(len(vars(instance)), list(vars(instance))[-1], instance.a11, hasattr(instance, "a4"))


class Sub(Empty):
    def __init__(self):
        self.own = "own"


for instance in [fill(Sub(), 9), fill(Sub(), 9)]:
    print(instance.own, instance.a8, sorted(vars(instance)))

# An old and a new instance meet at the same instruction.
for instance in (instances[0], fill(Empty(), 12), instances[1], fill(Sub(), 12)):
    print(instance.a10, instance.a11)

instances[0].__class__ = Sub
print(type(instances[0]).__name__, instances[0].a11)

# The same instance at the same instruction again and again, while it gains attributes.
class Late:
    pass


late = Late()
for i in range(12):
    setattr(late, f"b{i}", i)
    vars(late)
    late.verdict = ("pass", i)
    print(late.b0, late.verdict[1])
for _ in range(3):
    print(late.b11, late.b5, late.b4, late.verdict)
