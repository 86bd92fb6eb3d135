import os
import signal
import threading

seen = []


def handler(number, frame):
    seen.append((number == signal.SIGUSR1, threading.current_thread() is threading.main_thread()))


signal.signal(signal.SIGUSR1, handler)
lock = threading.Lock()
lock.acquire()


def work():
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(100):
        pass
    try:
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    except ValueError as e:
        seen.append(str(e))
    done.set()


# A wait goes on after the handler has run.
done = threading.Event()
t = threading.Thread(target=work)
t.start()
done.wait()
threading.Timer(0.05, lock.release).start()
print(lock.acquire())
t.join()
print(sorted(seen, key=str))
seen.clear()
signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
print(seen)
