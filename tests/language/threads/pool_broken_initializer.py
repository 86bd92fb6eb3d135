import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.thread import BrokenThreadPool

logging.disable(logging.CRITICAL)


def fail():
    raise ValueError("no start")


pool = ThreadPoolExecutor(1, initializer=fail)
try:
    pool.submit(len, "").result()
except BrokenThreadPool as e:
    print(e)
try:
    pool.submit(len, "")
except BrokenThreadPool as e:
    print(e)
pool.shutdown()
