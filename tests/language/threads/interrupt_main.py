"""`interrupt_main` in the main thread is heard of at once, in another thread by the main thread."""

import _thread
import signal
import threading

try:
    _thread.interrupt_main()
    print("went on")
except KeyboardInterrupt as error:
    print("interrupted", error.__traceback__.tb_lineno)

signal.signal(signal.SIGTERM, lambda number, frame: print("handler", number, frame.f_lineno))
_thread.interrupt_main(signal.SIGTERM)
print("after it")

heard = threading.Event()
signal.signal(signal.SIGUSR1, lambda number, frame: print("in main:", threading.current_thread() is threading.main_thread()) or heard.set())
thread = threading.Thread(target=_thread.interrupt_main, args=(signal.SIGUSR1,))
thread.start()
heard.wait()
thread.join()

signal.signal(signal.SIGTERM, signal.SIG_IGN)
_thread.interrupt_main(signal.SIGTERM)
try:
    _thread.interrupt_main(1000)
except ValueError as error:
    print(error)
