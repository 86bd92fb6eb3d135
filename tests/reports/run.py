"""Runs programs with a log and looks for what they expect in the report.

    python3 tests/reports/run.py --python target/release/pystm [PROGRAM...]

A program begins with lines `# expect: TEXT`; the report of its run must contain all of them. Counts in
the table, in the log's rows and in `--stats` must agree.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
PREFIX = "# expect: "


def run(command, **environment):
    result = subprocess.run(
        command, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, timeout=120, cwd=HERE
    )
    if result.returncode != 0:
        raise AssertionError(f"{command}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
    return result


def count_rows(log):
    """How often each letter begins a row of an event, and what the threads' last counters add up to."""
    rows, totals = {}, {}
    for line in log.splitlines()[1:]:
        letter, *numbers = line.split(" ")
        if letter == "=":
            totals[numbers[1]] = [int(n) for n in numbers[2:]]
        elif letter in "SWACIRmM":
            rows[letter] = rows.get(letter, 0) + 1
    sums = [sum(counts) for counts in zip(*(counts + [0] * (14 - len(counts)) for counts in totals.values()))]
    return rows, sums


def summary(text):
    """The last line of the table, without the name and the collections, of which there may be one more later."""
    lines = text.splitlines()
    table = lines[next(i for i, line in enumerate(lines) if line.startswith("thread ")) :]
    last = table[table.index("") - 1] if "" in table else table[-1]
    return re.split("  +", last)[1:-1]


# The letter of an event and the place of its counter in a row of totals.
COUNTERS = {"C": 0, "A": 1, "R": 3, "W": 5, "S": 7, "I": 9, "m": 10, "M": 12}


def check(python, program):
    expected = [line.removeprefix(PREFIX) for line in program.read_text().splitlines() if line.startswith(PREFIX)]
    with tempfile.TemporaryDirectory() as directory:
        log = pathlib.Path(directory, "log")
        stats = run([python, "--stats", program], PYSTM_LOG=str(log)).stderr
        rows, sums = count_rows(log.read_text())
        report = run([python, "report", "--top", "1000", log]).stdout
    for letter, counter in COUNTERS.items():
        if rows.get(letter, 0) != sums[counter]:
            raise AssertionError(f"{rows.get(letter, 0)} rows {letter}, but {sums[counter]} were counted")
    if summary(stats) != summary(report):
        raise AssertionError(f"--stats says {summary(stats)}, the report {summary(report)}")
    for text in expected:
        if text not in report:
            raise AssertionError(f"{text!r} is not in the report:\n{report}")
    if "a place that is not known" in report:
        raise AssertionError(f"a place is not known:\n{report}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", required=True, help="the pystm to test")
    parser.add_argument("programs", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    python = str(pathlib.Path(options.python).resolve())
    programs = options.programs or sorted(p for p in HERE.glob("*.py") if p.name[0] != "_" and p.name != "run.py")
    failed = 0
    for program in programs:
        try:
            check(python, program.resolve())
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"FAILED {program.name}: {error}")
    print(f"{len(programs) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
