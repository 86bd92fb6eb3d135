"""Runs the programs of `parallel` with several numbers of threads and as unrelated processes, and shows the speed-up."""

import statistics
from concurrent.futures import ThreadPoolExecutor

from harness import measure, table


class Timings:
    """Seconds by program, interpreter and way of running: a number of threads, or `processes`."""

    def __init__(self):
        self.values = {}
        self.failures = {}

    def add(self, program, interpreter, way, value):
        self.values.setdefault(program, {}).setdefault(interpreter, {}).setdefault(str(way), []).append(value)

    def median(self, program, interpreter, way):
        values = self.values.get(program, {}).get(interpreter, {}).get(str(way))
        return statistics.median(values) if values else None


def seconds(output):
    """What `_program.main` printed as `seconds=`."""
    fields = dict(field.split("=") for field in output.split()[1:])
    return float(fields["seconds"])


def run_once(python, script, env, options):
    """The seconds of one process, or None and why."""
    output, failure = measure.run([python, str(script), *options], env, script.parent)
    return (None, failure) if failure else (seconds(output), None)


def run_processes(python, script, env, options, count):
    """The mean seconds of several processes that run at the same time, each with all the work on one thread."""
    with ThreadPoolExecutor(count) as pool:
        runs = list(pool.map(lambda _: run_once(python, script, env, ["--threads", "1", *options]), range(count)))
    for _, failure in runs:
        if failure:
            return None, failure
    return statistics.mean(value for value, _ in runs), None


def interleave(interpreters, scripts, threads, rounds, options):
    """Runs every script in every way under every interpreter, in turn, `rounds` times."""
    timings, env = Timings(), measure.environment([])
    most = max(threads)
    for number in range(rounds):
        for program, script in scripts.items():
            for name, python in interpreters.items():
                for way in (*threads, "processes"):
                    if (program, name, way) in timings.failures:
                        continue
                    measure.progress(f"round {number + 1}/{rounds} {program} {name} {way}")
                    if way == "processes":
                        value, failure = run_processes(python, script, env, options, most)
                    else:
                        value, failure = run_once(python, script, env, ["--threads", str(way), *options])
                    if failure:
                        timings.failures[program, name, way] = failure
                    else:
                        timings.add(program, name, way, value)
    measure.progress("")
    return timings


def show(timings, interpreters, threads):
    """One table for each interpreter, then how much longer each takes than the first with the same threads.

    A speed-up is the time of one thread over that of several for the same work. The last column is what the machine
    gives: as many unrelated processes, each with all the work; work done per second over that of one process alone.
    """
    most = max(threads)
    first = next(iter(interpreters))
    for name in interpreters:
        more = [n for n in threads if n > 1]
        against = [f"{n} threads/{first}" for n in threads] if name != first else []
        rows = [[name, *(f"{n} threads" for n in threads), *(f"speed-up {n}" for n in more), f"{most} processes", *against]]
        columns = {n: [] for n in (*more, "processes")}
        for program in timings.values:
            times = {n: timings.median(program, name, n) for n in (*threads, "processes")}
            row = [program, *(table.scaled(times[n], "s") for n in threads)]
            for way in (*more, "processes"):
                gain = times[1] / times[way] * (most if way == "processes" else 1) if times.get(1) and times[way] else None
                row.append(f"{gain:.2f}" if gain else "-")
                if gain:
                    columns[way].append(gain)
            for n in threads if against else ():
                base = timings.median(program, first, n)
                row.append(f"{times[n] / base:.2f}" if times[n] and base else "-")
            rows.append(row)
        means = (table.geometric_mean(columns[way]) for way in columns)
        rows.append(["geometric mean", *("" for _ in threads), *(f"{mean:.2f}" if mean else "-" for mean in means), *("" for _ in against)])
        table.print_rows(rows)
    for (program, name, way), reason in timings.failures.items():
        print(f"failed: {program} under {name}, {way}: {reason}")
