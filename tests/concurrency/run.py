#!/usr/bin/env python3
"""Runs the litmus tests, each in a process of its own. See README.md beside it."""

import argparse
import importlib
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000, help="rounds of each test (2000)")
    parser.add_argument("--threads", type=int, default=2, help="threads of each test (2)")
    parser.add_argument("--only", default="", metavar="A,B", help="areas or tests (beginnings of their names)")
    parser.add_argument("--python", default=sys.executable, help="the interpreter to test (this one)")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for a test (120)")
    parser.add_argument("--repeat", type=int, default=1, help="how often all of them run (1)")
    parser.add_argument("--list", action="store_true", help="print the names")
    parser.add_argument("--one", metavar="NAME", help="run one test in this process")
    return parser.parse_args()


def load():
    """All tests by name."""
    for path in sorted(HERE.glob("litmus_*.py")):
        importlib.import_module(path.stem)
    from _litmus import TESTS
    return TESTS


def run_one(name, rounds, threads):
    """Runs a test in this process."""
    from _litmus import HAS_TRANSACTIONS
    # With a global lock the turn changes as often as can be.
    sys.setswitchinterval(1e-5)
    function, undo, share = load()[name]
    if undo and not HAS_TRANSACTIONS:
        print("skipped: nothing is undone by this interpreter")
        return
    function(max(int(rounds * share), 2), threads)


def run_process(name, arguments):
    """Runs a test in a process. Returns ok, skipped or FAILED, and the last line that it printed."""
    command = [arguments.python, str(HERE / "run.py"), "--one", name]
    command += ["--rounds", str(arguments.rounds), "--threads", str(arguments.threads)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=arguments.timeout)
    except subprocess.TimeoutExpired:
        return "FAILED", f"no end after {arguments.timeout:.0f} s"
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return "FAILED", f"exit {done.returncode}: {lines[-1] if lines else ''}"
    return ("skipped" if done.stdout.startswith("skipped") else "ok"), ""


def main():
    arguments = parse_arguments()
    sys.path.insert(0, str(HERE))
    if arguments.one:
        run_one(arguments.one, arguments.rounds, arguments.threads)
        return
    parts = arguments.only.split(",")
    names = [name for name in load() if any(name.startswith(part) or f".{part}" in name for part in parts)]
    if arguments.list:
        print("\n".join(names))
        return
    counts = {"ok": 0, "FAILED": 0, "skipped": 0}
    for _ in range(arguments.repeat):
        for name in names:
            start = time.perf_counter()
            outcome, message = run_process(name, arguments)
            counts[outcome] += 1
            print(f"{outcome:7} {name} {time.perf_counter() - start:.1f} s {message}".rstrip(), flush=True)
    print(f"{counts['ok']} passed, {counts['FAILED']} failed, {counts['skipped']} skipped")
    sys.exit(1 if counts["FAILED"] or not counts["ok"] else 0)


if __name__ == "__main__":
    main()
