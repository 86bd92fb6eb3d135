#!/usr/bin/env python3
"""Compares interpreters on micro benchmarks, pyperformance's pure-Python programs, and threads. See README.md beside it."""

import argparse
import json
import os
import pathlib

from harness import fetch, measure, scaling, table

HERE = pathlib.Path(__file__).resolve().parent
# Programs of `parallel` in which one small thing is all that the threads work on, in `with` statements.
CONTENTION = "count_atomic", "count_locked", "worms_tiny"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=["micro", "standard", "parallel", "contention"], help="the set of benchmarks")
    parser.add_argument("--python", action="append", required=True, metavar="NAME=PATH",
                        help="an interpreter; repeat it, the first is what the others are compared with")
    parser.add_argument("--rounds", type=int, default=3, help="processes per program and interpreter (3)")
    parser.add_argument("--only", default="", metavar="A,B", help="only these programs")
    parser.add_argument("--memory", action="store_true", help="with standard: compare peak memory too")
    parser.add_argument("--atomic", action="store_true",
                        help="with standard: also with the timed work of each program in one transaction")
    parser.add_argument("--startup", action="store_true", help="time `-c pass` and `import asyncio`")
    parser.add_argument("--threads", default=f"1,{len(os.sched_getaffinity(0))}", metavar="N,N",
                        help="with parallel, contention: numbers of threads (1 and all cores)")
    parser.add_argument("--size", metavar="N", help="with parallel, contention: how much each program does (its own size)")
    parser.add_argument("--json", metavar="FILE", help="write all values as JSON")
    arguments = parser.parse_args()
    if not arguments.what and not arguments.startup:
        parser.error("say micro, standard, parallel, contention or --startup")
    return arguments


def interpreters(options):
    """The interpreters of the command line, name to path."""
    found = {}
    for option in options:
        name, equals, path = option.partition("=")
        if not equals:
            name, path = os.path.basename(option), option
        found[name] = os.path.abspath(path) if os.sep in path else path
    return found


def chosen(scripts, only):
    """The scripts that `--only` leaves."""
    wanted = [name for name in only.split(",") if name]
    unknown = set(wanted) - set(scripts)
    if unknown:
        raise SystemExit(f"no such program: {', '.join(sorted(unknown))}; there are: {', '.join(scripts)}")
    return {name: script for name, script in scripts.items() if not wanted or name in wanted}


def parse_micro(program, output):
    """A micro benchmark prints the nanoseconds of one operation."""
    yield program, float(output) * 1e-9, 0


def parse_standard(_program, output):
    """Reads the lines that shim/pyperf.py prints."""
    for line in output.splitlines():
        words = line.split()
        if words[:1] == ["bench"] and len(words) == 4:
            yield words[1], float(words[2]), float(words[3]) / 1024


def run_micro(arguments, pythons):
    """Runs the programs beside this one."""
    scripts = {path.stem: path for path in sorted((HERE / "micro").glob("[!_]*.py"))}
    env = measure.environment([])
    times, _ = measure.interleave(pythons, chosen(scripts, arguments.only), arguments.rounds, env, parse_micro)
    table.show("micro, one operation", times, pythons)
    return {"micro": times.values}


def run_standard(arguments, pythons):
    """Runs pyperformance's programs."""
    scripts, path = fetch.programs()
    env = measure.environment(path)
    extra = {}
    if arguments.atomic:
        extra = {f"{name}, atomic": {"BENCH_ATOMIC": "1"} for name in pythons}
        pythons = pythons | {f"{name}, atomic": path for name, path in pythons.items()}
    times, peaks = measure.interleave(pythons, chosen(scripts, arguments.only), arguments.rounds, env, parse_standard, extra)
    table.show("standard, one iteration", times, pythons)
    if arguments.memory:
        table.show("peak memory", peaks, pythons, unit="MiB")
    return {"standard": times.values, "memory": peaks.values}


def parse_parallel(program, output):
    """What `_program.main` of `parallel` prints."""
    yield program, scaling.seconds(output), 0


def run_contention(arguments, pythons):
    """Runs the programs of `parallel` in which all threads want the same, with a plain lock where there are no transactions."""
    scripts = {name: HERE / "parallel" / f"{name}.py" for name in CONTENTION}
    threads = max(map(int, arguments.threads.split(",")))
    options = ["--threads", str(threads), *(["--size", arguments.size] if arguments.size else [])]
    env = measure.environment([]) | {"BENCH_LOCK": "1"}
    times, _ = measure.interleave(
        pythons, chosen(scripts, arguments.only), arguments.rounds, env, parse_parallel, options=options)
    table.show(f"contention, {threads} threads", times, pythons)
    return {"contention": times.values}


def run_parallel(arguments, pythons):
    """Runs the programs with threads."""
    scripts = {path.stem: path for path in sorted((HERE / "parallel").glob("[!_]*.py"))}
    threads = sorted({1, *map(int, arguments.threads.split(","))})
    options = ["--size", arguments.size] if arguments.size else []
    timings = scaling.interleave(pythons, chosen(scripts, arguments.only), threads, arguments.rounds, options)
    scaling.show(timings, pythons, threads)
    return {"parallel": timings.values}


def main():
    arguments = parse_arguments()
    pythons = interpreters(arguments.python)
    values = {}
    if arguments.what == "micro":
        values |= run_micro(arguments, pythons)
    if arguments.what == "standard":
        values |= run_standard(arguments, pythons)
    if arguments.what == "contention":
        values |= run_contention(arguments, pythons)
    if arguments.what == "parallel":
        values |= run_parallel(arguments, pythons)
    if arguments.startup:
        results = measure.startup(pythons, max(arguments.rounds, 10))
        table.show("startup", results, pythons)
        values["startup"] = results.values
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    main()
