# resource: limits and usage
import resource

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (20, hard))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], resource.prlimit(0, resource.RLIMIT_NOFILE, (30, hard))[0])
print(resource.RLIM_INFINITY, resource.getpagesize() % 4096)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(len(usage), usage.ru_utime + usage.ru_stime > 0, usage[2] == usage.ru_maxrss > 0)
for call in (
    lambda: resource.getrlimit(99),
    lambda: resource.getrusage(99),
    lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1, 2, 3)),
    lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 30)),
):
    try:
        call()
    except ValueError as e:
        print(e)
