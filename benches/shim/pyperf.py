"""A minimal stand-in for `pyperf`, so that pyperformance's programs run on any interpreter without it.

It offers what those programs use: `perf_counter` and a `Runner` with `bench_func`, `bench_time_func`, `argparser`,
`parse_args` and `metadata`. Each benchmark is run for at least BENCH_MIN_TIME seconds a value (0.2), once to warm up
and BENCH_VALUES times (3) for the record; the median is printed as

    bench NAME SECONDS_PER_ITERATION PEAK_MEMORY_KIB

The peak is the process's own so far, 0 where the system does not tell. With BENCH_ATOMIC set, all that is timed at a time is one
transaction.
"""

import os
from time import perf_counter

__all__ = ["Runner", "perf_counter"]


def peak_memory_kib():
    """The largest resident set of this process so far."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


class Runner:
    """Runs benchmarks as soon as they are given."""

    def __init__(self, add_cmdline_args=None, **options):
        self.metadata = {}
        self._argparser = None
        self._args = None

    @property
    def argparser(self):
        # Made on demand: most programs have no options, and argparse is a large import.
        if self._argparser is None:
            import argparse
            self._argparser = argparse.ArgumentParser()
        return self._argparser

    def parse_args(self, args=None):
        if self._args is None:
            self._args = self.argparser.parse_args(args)
        return self._args

    def bench_func(self, name, func, *args, inner_loops=1):
        """Times `func(*args)`."""
        def time_func(loops):
            start = perf_counter()
            for _ in range(loops):
                func(*args)
            return perf_counter() - start
        self._measure(name, time_func, inner_loops)

    def bench_time_func(self, name, time_func, *args, inner_loops=1):
        """Times with `time_func(loops, *args)`, which returns seconds."""
        self._measure(name, lambda loops: time_func(loops, *args), inner_loops)

    def _measure(self, name, time_func, inner_loops):
        if os.environ.get("BENCH_ATOMIC"):
            from transaction import atomic
            time_func = atomic(time_func)
        min_time = float(os.environ.get("BENCH_MIN_TIME", "0.2"))
        count = int(os.environ.get("BENCH_VALUES", "3"))
        loops = 1
        while True:
            seconds = time_func(loops)
            if seconds >= min_time:
                break
            # Aim a little above the goal, and grow by a bounded factor: the first iterations are not typical.
            loops = int(loops * min(10, max(1.5, 1.2 * min_time / max(seconds, 1e-9)))) + 1
        values = sorted(time_func(loops) for _ in range(count))
        median = values[len(values) // 2]
        print(f"bench {name} {median / loops / inner_loops:.9g} {peak_memory_kib()}", flush=True)
