"""Compares every property of every code point with CPython 3.14: run it with that Python, from the root of the tree,
giving the output of `cargo run --example unicode_dump -p pystm-text` on standard input."""

import sys
import unicodedata as u
from collections import Counter


def hexed(text):
    return "".join(f"{ord(c):x}." for c in text)


def some(value):
    return "None" if value is None else f"Some({value!r})".replace("e+", "e")


def expected(c):
    s = chr(c)
    flags = [s.isalpha(), s.isdecimal(), s.isdigit(), s.isnumeric(), s.isspace(), s.isupper(), s.islower(),
             s.istitle(), s.isprintable(), s.isidentifier(), ("a" + s).isidentifier(), u.mirrored(s)]
    maps = [s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), s.casefold()]
    forms = [u.normalize(form, s) for form in ("NFC", "NFKC", "NFD", "NFKD")]
    return (f"{c:x} " + "".join("01"[bool(f)] for f in flags) + " " + " ".join(map(hexed, maps + forms)) +
            f" {u.category(s)} {u.bidirectional(s)} {u.combining(s)} {u.east_asian_width(s)} "
            f"{some(u.decimal(s, None))} {some(u.digit(s, None))} {some(u.numeric(s, None))} "
            f"{u.decomposition(s)}|{u.name(s, '')}")


differences = Counter()
for c, line in enumerate(sys.stdin):
    want, got = expected(c), line.rstrip("\n")
    if want != got:
        fields = tuple(i for i, (a, b) in enumerate(zip(want.split(" "), got.split(" "))) if a != b)
        differences[fields] += 1
        if differences[fields] <= 5:
            print(f"expected {want!r}\ngot      {got!r}")
print("differences by fields:", dict(differences))
sys.exit(bool(differences))
