import atexit
import threading

stop = threading.Event()
atexit.register(print, "atexit 1")
atexit.register(lambda: print("atexit 2", threading.active_count()))


def work():
    threading.main_thread().join()
    print("main thread is over:", threading.main_thread().is_alive())
    child = threading.Thread(target=lambda: print("a thread that a thread has started"))
    child.start()
    child.join()


threading.Thread(target=work).start()
threading._register_atexit(print, "threading's own")
print("end of main")
