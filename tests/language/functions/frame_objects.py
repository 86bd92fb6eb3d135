# Frame objects: identity, what is left when the frame is gone, f_locals writing through (PEP 667).
import sys


def outer():
    frame = sys._getframe()
    before = frame.f_lineno
    x = 1
    print(frame is sys._getframe(), inner(frame), frame.f_lineno - before)
    x = 2
    return frame


def inner(caller):
    own = sys._getframe()
    caller.f_locals["x"] += 10
    return own.f_back is caller, caller.f_locals["x"]


frame = outer()
print(frame.f_locals["x"], sorted(frame.f_locals), frame.f_back is sys._getframe(), outer() is frame)
frame.f_locals["x"] = 5
frame.f_locals["new"] = 6
print(frame.f_locals["x"], frame.f_locals["new"], len(frame.f_locals))
frame.clear()
print(dict(frame.f_locals))


def cells():
    shared = 1

    def change():
        sys._getframe(1).f_locals["shared"] = 2
        return shared

    return change(), shared, locals()["shared"]


print(cells())


def comprehension():
    x = "outside"
    return [(locals(), sys._getframe().f_locals["x"]) for x in range(2)], x


print(comprehension())
print([sorted(locals()) for name in "m"])


def caught():
    try:
        raise ValueError
    except ValueError as e:
        tb = e.__traceback__
        print(tb.tb_frame is sys._getframe())
    later = "set after the exception"
    return tb


tb = caught()
print(tb.tb_frame.f_locals["later"], tb.tb_frame.f_back is None or tb.tb_frame.f_back is sys._getframe())


def failing(n):
    if n:
        return failing(n - 1)
    raise KeyError(n)


try:
    failing(2)
except KeyError as e:
    tb = e.__traceback__
    while tb.tb_next:
        print(tb.tb_frame.f_code.co_name, tb.tb_next.tb_frame.f_back is tb.tb_frame)
        tb = tb.tb_next
    print(tb.tb_frame.f_locals)


def generator():
    value = 1
    got = yield sys._getframe()
    print(got, value, sys._getframe() is g.gi_frame, g.gi_frame.f_back is sys._getframe(1))
    value = 3


g = generator()
print(g.gi_frame.f_lineno, g.gi_frame.f_back, g.gi_frame.f_locals)
frame = next(g)
print(frame is g.gi_frame, frame.f_back, frame.f_generator is g)
frame.f_locals["value"] = 2
try:
    frame.clear()
except RuntimeError as e:
    print(e)
try:
    g.send("sent")
except StopIteration:
    print(g.gi_frame, frame.f_locals["value"], frame.f_lineno)


class Body:
    sys._getframe().f_locals["made"] = 1


print(Body.made)
for action in ("frame.f_lineno = 1", "del frame.f_lineno", "frame.f_trace_lines = 1", "frame.f_locals = {}"):
    try:
        exec(action)
    except Exception as e:
        print(type(e).__name__, e)
