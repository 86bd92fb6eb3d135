import _stat
import stat
import statistics
import uuid


def show(*calls):
    for call in calls:
        try:
            print(call())
        except Exception as e:
            print(type(e).__name__, e)


print(sorted((name, value) for name, value in vars(_stat).items() if name[:2] in ('S_', 'ST', 'UF', 'SF') and type(value) is int))
for mode in (0o100644, 0o040755, 0o020600, 0o060600, 0o010600, 0o120777, 0o140000, 0o107777, 0o106000, 0o1000, 0):
    print(stat.filemode(mode), oct(stat.S_IMODE(mode)), oct(stat.S_IFMT(mode)),
          [test.__name__ for test in (stat.S_ISDIR, stat.S_ISCHR, stat.S_ISBLK, stat.S_ISREG, stat.S_ISFIFO, stat.S_ISLNK,
                                      stat.S_ISSOCK, stat.S_ISDOOR, stat.S_ISPORT, stat.S_ISWHT) if test(mode)])
show(lambda: stat.S_ISDIR('x'), lambda: stat.S_ISDIR(-1), lambda: stat.S_ISDIR(2**40), lambda: stat.S_IMODE(2**70),
     lambda: stat.filemode(1.5))
normal = statistics.NormalDist(2, 3)
print([normal.inv_cdf(p) for p in (1e-300, 1e-20, 1e-9, 0.001, 0.07, 0.075, 0.3, 0.5, 0.7, 0.999, 1 - 1e-15)])
show(lambda: normal.inv_cdf(0.0), lambda: normal.inv_cdf(1.5), lambda: statistics.NormalDist(2, 0).inv_cdf(0.5))
first, second = uuid.uuid1(), uuid.uuid1()
print(first.version, first.variant == uuid.RFC_4122, first != second, first.node == second.node, first.is_safe)
