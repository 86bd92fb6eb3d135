import time, timeit
a = time.perf_counter(); time.sleep(0.01); b = time.perf_counter()
print(b - a >= 0.009, time.monotonic() <= time.monotonic(), time.time() > 1.6e9, isinstance(time.time_ns(), int), time.gmtime(0)[:6], time.strftime('%Y', time.gmtime(0)), timeit.timeit('1+1', number=10) >= 0, time.strptime('2020', '%Y').tm_year, time.gmtime(0).tm_isdst)
