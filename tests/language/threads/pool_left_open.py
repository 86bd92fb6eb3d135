from concurrent.futures import ThreadPoolExecutor

# Without shutdown: the end of the program waits for what has been submitted.
pool = ThreadPoolExecutor(1)
for n in range(3):
    pool.submit(print, n)
