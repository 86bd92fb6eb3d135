import sys
import threading

ready, go = threading.Event(), threading.Event()


def work():
    try:
        raise KeyError("in the thread")
    except KeyError:
        ready.set()
        go.wait()


t = threading.Thread(target=work)
t.start()
ready.wait()
try:
    raise ValueError("here")
except ValueError:
    found = sys._current_exceptions()
    print(repr(found[t.ident]), repr(found[threading.get_ident()]))
    print(repr(sys.exception()))
go.set()
t.join()
print(sys._current_exceptions() == {threading.get_ident(): None})
