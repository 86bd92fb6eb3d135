"""Runs programs under several interpreters in turn and collects what they measured."""

import os
import statistics
import subprocess
import sys
import time

# A program that runs longer than this counts as failed.
TIMEOUT = 600


class Results:
    """Values by benchmark and interpreter; several rounds add several values."""

    def __init__(self):
        self.values = {}
        self.programs = {}
        self.failures = {}

    def add(self, program, benchmark, interpreter, value):
        self.programs[benchmark] = program
        self.values.setdefault(benchmark, {}).setdefault(interpreter, []).append(value)

    def fail(self, program, interpreter, reason):
        self.failures[program, interpreter] = reason

    def median(self, benchmark, interpreter):
        values = self.values.get(benchmark, {}).get(interpreter)
        return statistics.median(values) if values else None


def environment(path):
    """The environment of a measured process."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env["PYTHONPATH"] = os.pathsep.join(path)
    env["PYTHONHASHSEED"] = "0"
    return env


def run(command, env, directory):
    """Runs one process; its standard output, or a line that says how it failed."""
    try:
        done = subprocess.run(command, env=env, cwd=directory, capture_output=True, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return None, f"ran longer than {TIMEOUT} s"
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return None, f"exit {done.returncode}: {last}"
    return done.stdout, None


def progress(text):
    """Shows on a terminal what is being run."""
    if sys.stderr.isatty():
        print(f"\r{text}\033[K", end="", file=sys.stderr, flush=True)


def interleave(interpreters, scripts, rounds, env, parse, extra={}, options=()):
    """Runs every script with the options under every interpreter, `rounds` times, in turn; `extra` has further variables by
    interpreter.

    `parse(program, stdout)` yields benchmark, seconds, peak memory in MiB (0 if unknown). Returns the times by benchmark
    and the peaks by program. Taking turns within a round lets a machine that speeds up or slows down hit all
    interpreters alike.
    """
    times, peaks = Results(), Results()
    for number in range(rounds):
        for program, script in scripts.items():
            for name, python in interpreters.items():
                if (program, name) in times.failures:
                    continue
                progress(f"round {number + 1}/{rounds} {program} {name}")
                output, failure = run([python, str(script), *options], env | extra.get(name, {}), script.parent)
                measured = [] if failure else list(parse(program, output))
                if not measured:
                    times.fail(program, name, failure or "printed no result")
                    continue
                for benchmark, seconds, _ in measured:
                    times.add(program, benchmark, name, seconds)
                peaks.add(program, program, name, max(peak for _, _, peak in measured))
    progress("")
    return times, peaks


def startup(interpreters, rounds):
    """Seconds from start to end of trivial programs."""
    results = Results()
    env = environment([])
    for program, code in {"-c pass": "pass", "import asyncio": "import asyncio"}.items():
        for name, python in interpreters.items():
            # The first run reads files and writes compiled modules.
            _, failure = run([python, "-c", code], env, None)
            if failure:
                results.fail(program, name, failure)
        for _ in range(rounds):
            for name, python in interpreters.items():
                if (program, name) not in results.failures:
                    start = time.perf_counter()
                    run([python, "-c", code], env, None)
                    results.add(program, program, name, time.perf_counter() - start)
    return results
