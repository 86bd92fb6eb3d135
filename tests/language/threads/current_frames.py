import sys
import threading

ready, go = threading.Event(), threading.Event()


def inner():
    ready.set()
    go.wait()


def outer():
    inner()


t = threading.Thread(target=outer)
t.start()
ready.wait()
frames = sys._current_frames()
print(set(frames) == {threading.get_ident(), t.ident})
print(frames[threading.get_ident()] is sys._getframe())
names, frame = [], frames[t.ident]
while frame:
    names.append(frame.f_code.co_name)
    frame = frame.f_back
at = names.index("inner")
print(names[at : at + 2], names[-1])
del frame, frames
go.set()
t.join()
print(set(sys._current_frames()) == {threading.get_ident()})
