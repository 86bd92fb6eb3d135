"""Compares numbers, formatting and parsing with CPython 3.14 on random cases.

Run it with that Python and PYTHONHASHSEED set to a number; the first argument is the built example `text_cases`, the second how many rounds
(default 20000), the third the seed of the cases (default 1).
"""

import _codecs
import _string
import os
import random
import struct
import subprocess
import sys
import unicodedata
import warnings
from collections import Counter

random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
choice, randrange = random.choice, random.randrange


def enc(text):
    return "".join(f"{ord(c):x}." for c in text)


def bits(value):
    return f"{struct.unpack('>Q', struct.pack('>d', value))[0]:x}"


def attempt(function, *arguments):
    try:
        return enc(function(*arguments))
    except MemoryError:
        return "MemoryError: "
    except (ValueError, TypeError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


def some_float():
    kind = randrange(10)
    if kind == 0:
        return choice([0.0, -0.0, float("inf"), float("-inf"), float("nan"), 1e16, 1e-5, 0.5, 2.5, 1e22, 5e-324,
                       1.7976931348623157e308, 0.1, 123456789.0, 9.995, 0.00001, 99999.95])
    if kind < 4:
        return round(random.uniform(-1e4, 1e4), randrange(6))
    if kind < 6:
        return randrange(-10**6, 10**6) / 2 ** randrange(12)
    if kind == 6:
        return float(randrange(-10**18, 10**18))
    return struct.unpack(">d", random.randbytes(8))[0]


def some_int():
    kind = randrange(6)
    if kind == 0:
        return randrange(-3, 300)
    if kind == 1:
        return randrange(-10**6, 10**6)
    if kind == 2:
        return choice([2**63 - 1, 2**63, -2**63, -2**63 - 1, 10**400, 10**4300, 10**4299, 0x10FFFF, 0x110000])
    return randrange(-2**randrange(1, 200), 2**randrange(1, 200))


def some_text():
    return "".join(choice(["a", "b", "é", "ж", "😀", "\ud800", " "]) for _ in range(randrange(8)))


def maybe(pool, chance=0.5):
    return choice(pool) if random.random() < chance else ""


def some_spec(types):
    if randrange(12) == 0:
        return "".join(choice("<>=^+- z#0123,_.bcdeEfFgGnosxX%q é٣") for _ in range(randrange(7)))
    spec = maybe(["<", ">", "=", "^", "*<", "é>", "0^", "_=", "<<", "x="], 0.4)
    spec += maybe(list("+- "), 0.3) + maybe("z", 0.1) + maybe("#", 0.2) + maybe("0", 0.2)
    spec += maybe([str(randrange(30)), "٣"], 0.5) + maybe([",", "_"], 0.3)
    spec += maybe([f".{randrange(25)}", ".", ".0", f".{randrange(12)},", f".{randrange(12)}_", "._"], 0.4)
    return spec + maybe(types, 0.8)


def some_percent(types):
    out = maybe(["ab", "%%", "é"], 0.2) + "%"
    out += "".join(choice("-+ #0") for _ in range(randrange(3)))
    out += maybe([str(randrange(1, 30))], 0.5) + maybe([".", f".{randrange(20)}"], 0.4) + maybe("hlL", 0.1)
    return out + (choice(types) if randrange(30) else choice(["", "q", "é", "\x01"])) + maybe(["z", "%", "%%"], 0.1)


def percent_of(value):
    return lambda template: template % (() if "%" not in template.replace("%%", "") else value)


CODECS = ["ascii", "latin_1", "utf_7", "utf_8", "utf_8", "utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be",
          "unicode_escape", "raw_unicode_escape"]
HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace",
            "surrogateescape", "surrogatepass"]


def enc_bytes(data):
    return "".join(f"{byte:x}." for byte in data)


def decoded(codec, handler, is_final, data):
    function = getattr(_codecs, codec + "_decode")
    try:
        text, consumed = function(data, handler, *([] if codec in ("ascii", "latin_1") else [is_final]))
        return f"{consumed} {enc(text)}"
    except UnicodeDecodeError as error:
        return f"{error.start} {error.end} {error.reason}"
    except TypeError:
        return "TypeError"


def encoded(codec, handler, text):
    try:
        return enc_bytes(getattr(_codecs, codec + "_encode")(text, handler)[0])
    except UnicodeEncodeError as error:
        return f"{error.start} {error.end} {error.reason}"


def some_bytes(codec):
    kind = randrange(4)
    if kind == 0:
        return random.randbytes(randrange(12))
    if codec in ("unicode_escape", "raw_unicode_escape") or kind == 1 and codec not in ("utf_16_le", "utf_8"):
        parts = [b"\\", b"u", b"U", b"x", b"N", b"{DIGIT ONE}", b"{", b"}", b"0", b"41", b"0001f600", b"d800", b"z",
                 b"777", b"+", b"-", b"AGE", b"2AA", b"3gA-", b"\xff", b"\n", b"'", b"\\\\", b"{BEL}", b"00110000"]
        return b"".join(choice(parts) for _ in range(randrange(7)))
    if kind == 2:
        parts = [b"\xed", b"\xa0", b"\x80", b"\xe2\x82", b"\xac", b"\xf0\x9f", b"\x98\x80", b"a", b"\xf4", b"\x90",
                 b"\xc0", b"\xff", b"\xd8\x00", b"\x00\xdc", b"\x00\xd8", b"\0", b"\x11", b"\xdc\x00"]
        return b"".join(choice(parts) for _ in range(randrange(8)))
    data = _codecs.encode(some_text(), codec.replace("_", "-"), "surrogatepass" if codec[:3] == "utf" else "replace")
    return data[:len(data) - randrange(3)]


def wild_text():
    chars = ["a", "'", '"', "\\", "\n", "\0", "\x7f", "\xa0", "é", "ж", "😀", "\ud800", "\udc80", "\udcff", "\u0378",
             "+", "-", "~", "\u200b", " ", "\U0010ffff", "/"]
    return "".join(choice(chars) for _ in range(randrange(10)))


def codec_cases():
    text = wild_text()
    yield ["repr", enc(text)], enc(repr(text))
    yield ["ascii", enc(text)], enc(ascii(text))
    codec, handler = choice(CODECS), choice(HANDLERS)
    yield ["encode", codec, handler, enc(text)], encoded(codec, handler, text)
    codec = choice(CODECS)
    data, is_final = some_bytes(codec), randrange(2)
    yield (["decode", codec, handler, str(is_final), enc_bytes(data)],
           decoded(codec, handler, bool(is_final), data))
    yield ["bytes_repr", enc_bytes(data)], repr(data)
    yield ["escape_encode", enc_bytes(data)], enc_bytes(_codecs.escape_encode(data)[0])
    data = some_bytes("unicode_escape")
    try:
        expected = enc_bytes(_codecs.escape_decode(data)[0])
    except ValueError as error:
        expected = f"ValueError: {error}"
    yield ["escape_decode", enc_bytes(data)], expected


def some_literal(alphabet, length=10):
    return "".join(choice(alphabet) for _ in range(randrange(length)))


def parsed(function, show):
    def run(*arguments):
        try:
            return show(function(*arguments))
        except ValueError as error:
            return str(error) if "Exceeds" in str(error) else "None"
    return run


def parsed_int(text, base):
    result = parsed(int, hex)(text, base)
    return "Invalid" if result == "None" else result


def from_hex(text):
    try:
        return bits(float.fromhex(text))
    except (ValueError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


def format_pieces(template):
    out = ""
    try:
        for literal, name, spec, conversion in _string.formatter_parser(template):
            out += f"[{enc(literal)}"
            if name is not None:
                out += f"|{enc(name)}|{enc(spec)}|{enc(conversion or '')}"
            out += "]"
    except ValueError as error:
        out += f"ValueError: {error}"
    return out


def field_name(name):
    def key(value):
        return str(value) if isinstance(value, int) else f"'{enc(value)}'"
    try:
        first, rest = _string.formatter_field_name_split(name)
        out = key(first)
    except ValueError as error:
        return f"ValueError: {error}"
    try:
        for is_attribute, value in rest:
            out += f" .'{enc(value)}'" if is_attribute else f" [{key(value)}"
    except ValueError as error:
        out += f" ValueError: {error}"
    return out


def cases():
    number = random.uniform(2**46, 2**52)
    yield ["float_repr", bits(number)], repr(number)
    number = some_float()
    yield ["float_repr", bits(number)], repr(number)
    yield ["float_hex", bits(number)], number.hex()
    spec = some_spec("eEfFgGn%")
    yield ["format_float", bits(number), enc(spec)], attempt(format, number, spec)
    other = some_float()
    yield ["complex_repr", bits(number), bits(other)], repr(complex(number, other))
    spec = some_spec("eEfFgGn")
    if randrange(2):
        spec = spec.replace("0", "").replace("=", "")
    if spec:
        yield (["format_complex", bits(number), bits(other), enc(spec)],
               attempt(format, complex(number, other), spec))
    integer = some_int()
    spec = some_spec("bcdoxXneEfFgG%s")
    sys.set_int_max_str_digits(0)
    digits = str(integer)
    sys.set_int_max_str_digits(4300)
    if spec:
        yield ["format_int", digits, enc(spec)], attempt(format, integer, spec)
    yield ["int_str", digits], attempt(str, integer)
    text, spec = some_text(), some_spec("s")
    yield ["format_str", enc(text), enc(spec)], attempt(format, text, spec)
    template = some_percent("diuoxX")
    yield ["percent_int", digits, enc(template)], attempt(percent_of(integer), template)
    template = some_percent("eEfFgG")
    yield ["percent_float", bits(number), enc(template)], attempt(percent_of(number), template)
    template = some_percent("s")
    yield ["percent_str", enc(text), enc(template)], attempt(percent_of((text,)), template)
    template = some_percent("c")
    char = choice("aé😀")
    yield ["percent_str", enc(char), enc(template)], attempt(percent_of((char,)), template)
    text = choice([some_literal("0123456789._eE+-infa\u0663 \t\u3000\x1c"), repr(number), f" {number!r}\n",
                   f"{number:.30e}", "-nan", "+Infinity", "1_0.5_0e1_0"])
    yield ["parse_float", enc(text)], parsed(float, bits)(text)
    text = choice([some_literal("0123._eE+-jJ() \u0663nanif"), repr(complex(number, other)),
                   f"( {number!r}{other:+}J )", f"{number!r}+j", "-j", "infinity-nanj", "1e5j"])
    show = lambda value: f"{bits(value.real)} {bits(value.imag)}"
    yield ["parse_complex", enc(text)], parsed(complex, show)(text)
    base = choice([0, 0, 10, 10, 2, 8, 16, 36, randrange(2, 37)])
    text = choice([some_literal("01289abxoBXO_+-zZ \u0663\u3000\x1c\x85"), digits, hex(integer), f"{integer:_}"
                   if len(digits) < 4000 else "1" * 4400, f" {integer:#o}", bin(integer), f"0_{abs(integer):x}"])
    yield ["parse_int", enc(text), str(base)], parsed_int(text, base)
    text = choice([some_literal("0123456789abcdefpP+-.x_ "), number.hex(), f"0x{randrange(2**70):x}p{randrange(-1200, 1100)}",
                   f"0x{randrange(2**58):x}.{randrange(2**30):x}p{randrange(-1120, -1000)}", "0x1.ffffffffffffffp1023",
                   f"0x.{randrange(2**80):x}p-{randrange(1040, 1090)}"])
    yield ["from_hex", text], from_hex(text)
    text = some_literal("{{}}[]!:a.r0é", 12)
    yield ["str_format", enc(text)], format_pieces(text)
    text = some_literal("[].a0193٣", 9)
    yield ["field_name", enc(text)], field_name(text)


def shown(value):
    if isinstance(value, str):
        return enc(value)
    if isinstance(value, list):
        return "".join(f"[{enc(part)}]" for part in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def method_cases():
    def case(method, text, *arguments):
        fields = [enc(argument) if isinstance(argument, str) else str(argument) for argument in arguments]
        shown_arguments = [argument for argument in arguments if argument is not None]
        if method in ("center", "ljust", "rjust"):
            shown_arguments.append("*")
        if method.startswith("NF"):
            return ["method", method, enc(text)], shown(unicodedata.normalize(method, text))
        return ["method", method, enc(text), *fields], shown(getattr(text, method)(*shown_arguments))

    pool = choice(["ab", "abж", "a😀", "ab \t\n\r\x1c\u2028", "+-a\t", "аб", "\ud800\ud801a"])
    text = some_literal(pool, 30)
    needle = some_literal(pool, 3)
    for method in ("find", "rfind", "count"):
        yield case(method, text, needle)
    number = randrange(6)
    yield case("replace", text, needle, choice(["", "x", "жж", "😀"]), number)
    limit = choice([-1, number])
    for method in ("split", "rsplit"):
        if needle:
            yield case(method, text, needle, limit)
        yield ["method", method, enc(text), str(limit)], shown(getattr(text, method)(None, limit))
    yield case("splitlines", text, randrange(2))
    if needle:
        for method in ("strip", "lstrip", "rstrip"):
            yield case(method, text, needle)
    for method in ("center", "ljust", "rjust", "zfill", "expandtabs"):
        yield case(method, text, randrange(12))
    text = some_literal("aAΣσςß.' \u0301ŉǆǅŁ1ﬁİ\u0345ᾳ", 8)
    for method in ("lower", "upper", "title", "capitalize", "swapcase", "istitle", "isupper"):
        yield case(method, text)
    text = some_literal("aÅ\u0301\u0327\u0323\u0345\ud800한ﬁ\u1100\u1161\u11a8ế½", 10)
    for method in ("NFC", "NFKC", "NFD", "NFKD"):
        yield case(method, text)
    text = wild_text()
    yield ["hash_text", os.environ["PYTHONHASHSEED"], enc(text)], str(hash(text))
    integer = some_int()
    sys.set_int_max_str_digits(0)
    yield ["hash_int", str(integer)], str(hash(integer))
    yield ["hash_big", str(integer)], str(hash(integer))
    sys.set_int_max_str_digits(4300)
    number = some_float()
    yield ["hash_float", bits(number)], str(hash(number)) if number == number else "None"
    items = [some_float() for _ in range(randrange(6))]
    items = [hash(item) for item in items if item == item]
    encoded_items = "".join(f"{item}." for item in items)
    yield ["hash_tuple", encoded_items], str(hash(tuple(items)))
    unique = sorted(set(items))
    yield ["hash_set", "".join(f"{item}." for item in unique)], str(hash(frozenset(unique)))


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    warnings.simplefilter("ignore")
    todo = [case for _ in range(rounds) for kind in (cases, codec_cases, method_cases) for case in kind()]
    lines = "".join("\t".join(fields) + "\n" for fields, _ in todo)
    run = subprocess.run([sys.argv[1]], input=lines, capture_output=True, text=True, check=True)
    wrong = Counter()
    for (fields, expected), got in zip(todo, run.stdout.split("\n")):
        if expected != got:
            wrong[fields[0]] += 1
            if wrong[fields[0]] <= 4:
                readable = [decode(field) for field in fields]
                print(f"{readable}\n  expected {decode(expected)!r}\n  got      {decode(got)!r}")
    print(f"{len(todo)} cases, wrong: {dict(wrong)}")
    sys.exit(bool(wrong))


def decode(field):
    if field.endswith(".") and " " not in field:
        try:
            return ascii("".join(chr(int(unit, 16)) for unit in field.split(".")[:-1]))
        except ValueError:
            pass
    if 10 < len(field) <= 16:
        try:
            return repr(struct.unpack(">d", bytes.fromhex(field.zfill(16)))[0])
        except ValueError:
            pass
    return field if len(field) < 200 else field[:200] + "..."


main()
