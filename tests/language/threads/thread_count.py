"""`_thread._count` counts the threads that were started, and neither the main one nor those that nobody has started."""

import _thread
import threading

print(_thread._count())
end = threading.Event()
started = threading.Event()


def run():
    # A thread that `threading` has not started has a stand-in there.
    print(type(threading.current_thread()).__name__)
    started.set()
    end.wait()


_thread.start_new_thread(run, ())
started.wait()
print(_thread._count())
thread = threading.Thread(target=end.wait)
thread.start()
print(_thread._count())
end.set()
thread.join()
while _thread._count():
    pass
print(_thread._count())
