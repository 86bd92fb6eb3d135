#!/usr/bin/env python3
"""Kills a process whose threads write to a file in blocks, again and again: nothing of a block that has not committed is
in the file. See README.md."""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

THREADS = 3


def write(path):
    """Writes until it is killed: two lines in each block, with much in between; some blocks are undone."""
    from _litmus import Box, Undo, in_threads, transaction

    box = Box(n=0)
    with open(path, "w", encoding="ascii") as text:

        def run(number):
            i = 0
            while True:
                try:
                    with transaction.atomic:
                        box.n += 1
                        text.write(f"begin {number} {i}\n")
                        for _ in range(i % 7 * 100):
                            pass
                        text.write(f"end {number} {i} {box.n}\n")
                        # What is flushed is written by one call of the system, so that it is whole.
                        text.flush()
                        if i % 5 == 4:
                            raise Undo
                except Undo:
                    pass
                i += 1

        in_threads(THREADS, run)


def check(content):
    """Number of blocks in the file.

    Raises ValueError if one is not whole, has been undone, or stands in the wrong order.
    """
    lines = content.splitlines(keepends=True)
    last, commits = [-1] * THREADS, 0
    for begin, end in zip(lines[::2], [*lines[1::2], "nothing"]):
        _, number, i = begin.split()
        if not end.startswith(f"end {number} {i} ") or not end.endswith("\n"):
            raise ValueError(f"{begin!r} is followed by {end!r}")
        if int(i) % 5 == 4 or int(i) <= last[int(number)] or int(end.split()[3]) != commits + 1:
            raise ValueError(f"{end!r} after {commits} blocks, the last of its thread {last[int(number)]}")
        last[int(number)] = int(i)
        commits += 1
    return commits


def kill_one(python, seconds):
    """Starts a process and kills it so many seconds after it has written something. The number of its blocks in the file."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "file")
        process = subprocess.Popen([python, __file__, "--write", path])
        while not (path.exists() and path.stat().st_size) and process.poll() is None:
            time.sleep(0.001)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        if process.wait() != -signal.SIGKILL:
            raise ValueError(f"exit code {process.returncode}")
        return check(path.read_text(encoding="ascii"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="the interpreter to test (this one)")
    parser.add_argument("--kills", type=int, default=50, help="processes to kill (50)")
    parser.add_argument("--write", metavar="FILE", help="be the process that is killed")
    arguments = parser.parse_args()
    if arguments.write:
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
        return write(arguments.write)
    blocks = wrong = 0
    for _ in range(arguments.kills):
        try:
            blocks += kill_one(arguments.python, random.random() * 0.2)
        except ValueError as error:
            wrong += 1
            print(error)
    print(f"{arguments.kills} processes killed, {blocks} blocks found, {wrong} files wrong")
    sys.exit(1 if wrong or not blocks else 0)


if __name__ == "__main__":
    main()
