"""Writes src/unicode/tables.rs and data/decomposition.txt from the `unicodedata` of the Python that runs this.

Usage, with CPython 3.14 (Unicode 16.0), from the folder `text`:  python3.14 tools/unicode_tables.py
"""

import unicodedata
from fractions import Fraction

CODE_POINTS = range(0x110000)


def runs(value_of, default):
    """The maximal runs (start, end, value) of code points whose value is not the default."""
    found = []
    for code_point in CODE_POINTS:
        value = value_of(chr(code_point))
        if value == default:
            continue
        if found and found[-1][1] == code_point - 1 and found[-1][2] == value:
            found[-1][1] = code_point
        else:
            found.append([code_point, code_point, value])
    return found


def progressions(values, only_step=None):
    """Groups {code point: value} into (start, count, first value, step) with neighbouring code points."""
    found = []
    for code_point, value in sorted(values.items()):
        if found:
            start, count, first, step = found[-1]
            if count == 1:
                step = value - first
            fits = value == first + step * count and only_step in (None, step)
            if code_point == start + count and fits:
                found[-1] = [start, count + 1, first, step]
                continue
        found.append([code_point, 1, value, 0])
    return found


def rust_float(value):
    value = Fraction(value)
    if value.denominator == 1:
        return f"{float(value):.0f}.0"
    return f"{value.numerator}.0 / {value.denominator}.0"


def table(out, doc, name, row_type, rows):
    out.append(f"/// {doc}")
    out.append("#[rustfmt::skip]")
    out.append(f"pub(super) static {name}: &[{row_type}] = &[")
    line = "   "
    for row in rows:
        if len(line) + len(row) > 108:
            out.append(line)
            line = "   "
        line += f" {row},"
    out.extend([line, "];", ""])


def main():
    out = [
        f"//! Tables of Unicode {unicodedata.unidata_version}, written by `tools/unicode_tables.py`; do not edit.",
        "",
        "use super::EastAsianWidth::{self, Ambiguous, Fullwidth, Halfwidth, Narrow, Wide};",
        "",
    ]
    decimals = {c: unicodedata.decimal(chr(c)) for c in CODE_POINTS if unicodedata.decimal(chr(c), None) is not None}
    zeros = sorted(c for c, value in decimals.items() if value == 0)
    assert {zero + i for zero in zeros for i in range(10)} == set(decimals)
    table(out, "The digit zero of each script with decimal digits; one to nine follow it.",
          "DECIMAL_ZEROS", "u32", [f"{zero:#x}" for zero in zeros])
    digits = {c: unicodedata.digit(chr(c)) for c in CODE_POINTS
              if c not in decimals and unicodedata.digit(chr(c), None) is not None}
    rows = progressions(digits, only_step=1)
    table(out, "Digits that are no decimal digits: first code point, how many, value of the first; values count up.",
          "DIGITS", "(u32, u8, u8)", [f"({start:#x}, {count}, {first})" for start, count, first, _ in rows])
    numerics = {c: Fraction(unicodedata.numeric(chr(c))).limit_denominator(1000) for c in CODE_POINTS
                if c not in decimals and c not in digits and unicodedata.numeric(chr(c), None) is not None}
    for c, value in numerics.items():
        assert unicodedata.numeric(chr(c)) == value.numerator / value.denominator
    rows = [[s, n, f, p] for s, n, f, p in progressions(numerics)]
    plain = []
    for start, count, first, step in rows:
        if step.denominator != 1 if count > 1 else False:
            plain += [[start + i, 1, first + step * i, Fraction(0)] for i in range(count)]
        else:
            plain.append([start, count, first, Fraction(step)])
    table(out, "Numeric characters that are no digits: first code point, how many, value of the first, step.",
          "NUMERICS", "(u32, u8, f64, f64)",
          [f"({s:#x}, {n}, {rust_float(f)}, {rust_float(p)})" for s, n, f, p in plain])
    names = {"A": "Ambiguous", "F": "Fullwidth", "H": "Halfwidth", "Na": "Narrow", "W": "Wide"}
    table(out, "Runs of code points whose East Asian width is not neutral.", "EAST_ASIAN_WIDTHS",
          "(u32, u32, EastAsianWidth)",
          [f"({s:#x}, {e:#x}, {names[w]})" for s, e, w in runs(unicodedata.east_asian_width, "N")])
    table(out, "Runs of code points that are mirrored in right-to-left text.", "MIRRORED", "(u32, u32)",
          [f"({s:#x}, {e:#x})" for s, e, _ in runs(unicodedata.mirrored, 0)])
    while not out[-1]:
        out.pop()
    with open("src/unicode/tables.rs", "w") as file:
        file.write("\n".join(out) + "\n")
    with open("data/decomposition.txt", "w") as file:
        for c in CODE_POINTS:
            if not 0xAC00 <= c <= 0xD7A3 and (mapping := unicodedata.decomposition(chr(c))):
                file.write(f"{c:X};{mapping}\n")


main()
