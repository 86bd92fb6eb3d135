"""A process forked by another thread than the main one: that is its main thread, and the others have ended."""

import os
import sys
import threading
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
main = threading.current_thread()


def wait_for_main():
    main.join()
    print("main is over", flush=True)


def work():
    process = os.fork()
    if process:
        print("child", os.waitpid(process, 0)[1])
        return
    print(main.is_alive(), main in threading.enumerate(), threading.main_thread() is threading.current_thread())
    print(threading.current_thread().name, flush=True)
    waiter = threading.Thread(target=wait_for_main)
    waiter.start()
    waiter.join()
    sys.stdout.flush()


worker = threading.Thread(target=work, name="worker")
worker.start()
worker.join()
