"""`os.fork` warns where there are other threads."""

import os
import threading
import warnings


def fork():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        process = os.fork()
        if not process:
            os._exit(bool(caught))
        print(os.waitpid(process, 0)[1], [(w.category, str(w.message).replace(str(os.getpid()), "PID")) for w in caught])


fork()
end = threading.Event()
thread = threading.Thread(target=end.wait)
thread.start()
fork()
end.set()
thread.join()
fork()
