# the line of a call that is the last thing in a loop's body
import sys


def fail():
    raise ValueError


def loop():
    for _ in range(2):
        fail()


def generator():
    yield 1
    fail()


def resumed():
    for _ in generator():
        pass


for function in (loop, resumed):
    try:
        function()
    except ValueError:
        tb = sys.exc_info()[2]
        while tb:
            print(tb.tb_frame.f_code.co_name, tb.tb_lineno)
            tb = tb.tb_next
