"""What a block has written to a stream in memory goes back with it, at whatever place it was."""

import io

import transaction


class Undo(Exception):
    pass


def add(s, x):
    s.seek(0, 2)
    s.write(x)


def overwrite(s, x):
    add(s, x)
    s.seek(1)
    s.write(x)


def cut(s, x):
    add(s, x)
    s.truncate(2)
    add(s, x * 3)


def close(s, x):
    add(s, x)
    s.close()


def begin_anew(s, x):
    s.__init__(x)
    s.write(x * 9)


def close_and_begin_anew(s, x):
    s.close()
    begin_anew(s, x)


def leave_a_gap(s, x):
    s.seek(20)
    s.write(x)


def nest(s, x):
    add(s, x)
    with transaction.atomic:
        s.seek(1)
        s.write(x)
    try:
        with transaction.atomic:
            s.seek(0)
            s.write(x)
            raise Undo
    except Undo:
        print("inside", s.getvalue(), s.tell())
    s.seek(2)
    s.write(x)


for make, x in ((lambda: io.StringIO("abcdef"), "é€"), (lambda: io.BytesIO(b"abcdef"), b"xy")):
    for act in (add, overwrite, cut, close, begin_anew, close_and_begin_anew, leave_a_gap, nest):
        s = make()
        s.seek(2)
        try:
            with transaction.atomic:
                act(s, x)
                raise Undo
        except Undo:
            print(act.__name__, s.closed, s.tell(), s.getvalue())
        with transaction.atomic:
            s.seek(3)
            s.write(x)
        print(s.getvalue(), s.tell())
