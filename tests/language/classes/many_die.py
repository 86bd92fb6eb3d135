# A program that makes classes, functions and code again and again does not grow.
import os, resource

TEXT = """
class Point:
    '''A point.'''
    limit = 5
    def __init__(self, x, y): self.x, self.y = x, y
    def length(self): return sum(v * v for v in (self.x, self.y))
    def __repr__(self): return f"Point({self.x}, {self.y})"
def make(x): return [Point(x, y) for y in range(2)]
result = [p.length() for p in make(1)], make(2)[1].x
"""


def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def run(times):
    for i in range(times):
        namespace = {}
        exec(TEXT, namespace)
        assert namespace["result"] == ([1, 2], 2)


# Each round leaves 10 KB to free. Collecting at every allocation takes its time.
rounds = 100 if "stress" in os.environ.get("PYSTM_GC", "") else 2000
run(rounds)
before = peak()
run(3 * rounds)
print("grown by less than 20 MiB:", peak() - before < 20 << 10)
