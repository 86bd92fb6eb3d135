import _thread
import sys
import threading

done = threading.Semaphore(0)
seen = []


def work(*args, **kwargs):
    seen.append((args, kwargs))
    done.release()


ident = _thread.start_new_thread(work, (1, 2), {"k": 3})
done.acquire()
_thread.start_new_thread(work, ())
done.acquire()
print(type(ident), seen)
for wrong in (
    lambda: _thread.start_new_thread(1, ()),
    lambda: _thread.start_new_thread(work, []),
    lambda: _thread.start_new_thread(work, (), []),
    lambda: _thread.start_joinable_thread(1),
    lambda: _thread.start_joinable_thread(work, handle=1),
):
    try:
        wrong()
    except TypeError as e:
        print(e)
caught = []


def hook(args):
    caught.append((type(args.exc_value).__name__, str(args.exc_value), args.err_msg and args.err_msg.split(" at ")[0]))
    done.release()


sys.unraisablehook = hook


def fail():
    raise ValueError("nobody catches this")


_thread.start_new_thread(fail, ())
done.acquire()
print(caught)
handle = _thread.start_joinable_thread(lambda: (_thread.exit(), seen.append("not here")))
handle.join()
print(handle.is_done(), len(caught), len(seen))
try:
    _thread.start_joinable_thread(work, handle=handle)
except RuntimeError as e:
    print(e)
handle = _thread._ThreadHandle()
print(handle, handle.ident, handle.is_done())
for method in (handle.join, handle._set_done):
    try:
        method()
    except RuntimeError as e:
        print(e)
