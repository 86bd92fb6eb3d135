"""Compare the parser's trees with CPython's on every Python file of some directories.

    PYTHON3.14 compare_with_cpython.py PYSTM_PARSE DIRECTORY...

PYSTM_PARSE is the built `pystm-parse`. Prints the files that differ and totals; exits 1 if there are any.
"""

import ast
import pathlib
import subprocess
import sys
import warnings


def cpython(path):
    """The dump of a file, or the error that CPython raises."""
    try:
        return ast.dump(ast.parse(path.read_bytes()), include_attributes=True)
    except (SyntaxError, ValueError) as error:
        return error


def first_difference(ours, theirs):
    """Both texts from a little before the first place where they differ."""
    at = next((i for i, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]), min(len(ours), len(theirs)))
    return ours[max(0, at - 150) : at + 60], theirs[max(0, at - 150) : at + 60]


def main(program, directories):
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(100_000)
    pystm = subprocess.Popen([program, "--dump", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                             encoding="utf-8")
    files = equal = rejected = messages = 0
    for directory in directories:
        for path in sorted(pathlib.Path(directory).rglob("*.py")):
            if not path.is_file():
                continue
            files += 1
            theirs = cpython(path)
            pystm.stdin.write(f"{path}\n")
            pystm.stdin.flush()
            ours = pystm.stdout.readline().rstrip("\n")
            if isinstance(theirs, Exception):
                wrong = ours.startswith(f"{path}: ")
                rejected += wrong
                messages += wrong and ours.endswith(f": {getattr(theirs, 'msg', theirs)}")
                if not wrong:
                    print(f"{path}: accepted, but CPython says: {theirs}")
                elif not ours.endswith(f": {getattr(theirs, 'msg', theirs)}"):
                    print(f"other words: {ours}\n    CPython: {theirs}")
            elif ours == theirs:
                equal += 1
            elif ours.startswith(f"{path}: "):
                print(ours)
            else:
                mine, other = first_difference(ours, theirs)
                print(f"{path}: differs\n    pystm   {mine}\n    CPython {other}")
    print(f"{files} files: {equal} dumps equal, {rejected} rejected by both, {messages} of those with equal messages, "
          f"{files - equal - rejected} mismatches")
    pystm.stdin.close()
    return files != equal + rejected


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
