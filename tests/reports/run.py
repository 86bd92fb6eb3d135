"""Runs programs with a log and looks for what they expect in the report.

    python3 tests/reports/run.py --python target/release/pystm [PROGRAM...]

A program begins with lines `# expect: TEXT`; the report of its run must contain all of them. Counts in the table, in the
log's rows, thread by thread, and in `--stats` must agree, and each row must name a line of Python code on both sides. With a line
`# stress: MODES` it also runs, with a log, under `PYSTM_STRESS=MODES`.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
PREFIX = "# expect: "
STRESS = "# stress: "


def run(command, **environment):
    result = subprocess.run(
        command, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, timeout=120, cwd=HERE
    )
    if result.returncode != 0:
        raise AssertionError(f"{command}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
    return result


class Log:
    """What a log says of each thread: its rows of events, by their letters, and its last counters."""

    def __init__(self, text):
        texts, frames, places = {}, {}, {}
        self.rows, self.totals, self.unknown = {}, {}, set()
        for line in text.splitlines()[1:]:
            letter, *words = line.split(" ")
            if letter == "t":
                texts[words[0]] = line.split(" ", 2)[2]
                continue
            words += ["0"] * (8 - len(words))
            if letter == "f":
                frames[words[0]] = texts.get(words[1], ""), int(words[2])
            elif letter == "p":
                places[words[0]] = frames.get(words[2])
            elif letter == "=":
                self.totals[words[1]] = [int(n) for n in words[2:]]
            elif letter in COUNTERS:
                key = words[2], letter
                self.rows[key] = self.rows.get(key, 0) + 1
                sides = words[4:6] if letter in "SWAI" else words[4:5] if letter in "CR" else []
                # A thread that begins or ends stands nowhere yet or any more.
                for place in sides if letter != "S" else [p for p in sides if p != "0"]:
                    file, line_number = places.get(place) or ("", 0)
                    if not file.endswith(".py") or line_number < 1:
                        self.unknown.add(f"{line!r}: {file}:{line_number}")

    def check(self):
        """Each event counted is a row, and each row of an event names a line on both sides."""
        for thread, totals in self.totals.items():
            for letter, counter in COUNTERS.items():
                rows, counted = self.rows.pop((thread, letter), 0), (totals + [0] * 14)[counter]
                if rows != counted:
                    raise AssertionError(f"thread {thread}: {rows} rows {letter}, but {counted} were counted")
        if self.rows:
            raise AssertionError(f"rows of threads without counters: {self.rows}")
        if self.unknown:
            raise AssertionError(f"{len(self.unknown)} rows name no line, such as {sorted(self.unknown)[:3]}")


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
        Log(log.read_text()).check()
        for line in program.read_text().splitlines():
            if line.startswith(STRESS):
                run([python, program], PYSTM_LOG=str(log) + ".stress", PYSTM_STRESS=line.removeprefix(STRESS))
        report = run([python, "report", "--top", "1000", log]).stdout
    if summary(stats) != summary(report):
        raise AssertionError(f"--stats says {summary(stats)}, the report {summary(report)}")
    for text in expected:
        if text not in report:
            raise AssertionError(f"{text!r} is not in the report:\n{report}")


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
