import os
import signal
import threading

# Who runs this may ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    threading.Event().wait()
finally:
    print("finally")
