import io
import sys
import threading


def fail():
    raise ValueError("from the thread")


def run(target, **kwargs):
    t = threading.Thread(target=target, **kwargs)
    t.start()
    t.join()


def shown(target, **kwargs):
    old, sys.stderr = sys.stderr, io.StringIO()
    try:
        run(target, **kwargs)
        return sys.stderr.getvalue()
    finally:
        sys.stderr = old


def outline(text):
    # Lines of the library's own frames differ between versions.
    lines = text.splitlines()
    return [line for line in lines if "threading.py" not in line and "self." not in line and "~" not in line and "^" not in line]


for line in outline(shown(fail, name="failing")):
    print(line)
print(repr(shown(lambda: sys.exit(3))))


def chained():
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise KeyError("k") from e


text = shown(chained, name="chained")
print("ZeroDivisionError" in text, "direct cause" in text, text.splitlines()[-1])

calls = []


def hook(args):
    calls.append((args.exc_type.__name__, str(args.exc_value), args.exc_traceback is not None, args.thread.name))


threading.excepthook = hook
run(fail, name="hooked")
print(calls)
calls.clear()
run(lambda: sys.exit(3), name="exiting")
print(calls)


def bad_hook(args):
    raise RuntimeError("hook failed")


threading.excepthook = bad_hook
seen = []
sys.excepthook = lambda *args: seen.append((args[0].__name__, str(args[1])))
text = shown(fail, name="t")
print(seen, text.splitlines()[:1])
threading.excepthook = threading.__excepthook__
args = threading.ExceptHookArgs([ValueError, ValueError("direct"), None, None])
print(args.exc_type, args.thread, len(args))
old, sys.stderr = sys.stderr, io.StringIO()
threading.excepthook(args)
text, sys.stderr = sys.stderr.getvalue(), old
print(text.replace(str(threading.get_ident()), "IDENT"))
try:
    threading.excepthook(3)
except TypeError as e:
    print(e)
