"""Write the golden tree of every `golden/*.py`, as CPython 3.14 sees it: `PYTHON3.14 make_golden.py`."""

import ast
import pathlib
import warnings

warnings.simplefilter("ignore")
for path in sorted((pathlib.Path(__file__).parent / "golden").glob("*.py")):
    statements = ast.parse(path.read_bytes()).body
    lines = [ast.dump(statement, include_attributes=True) + "\n" for statement in statements]
    path.with_suffix(".dump").write_text("".join(lines), encoding="utf-8")
