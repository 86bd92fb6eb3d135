//! `bytes`: the rows of its methods, and those that bytearray does not share.

use super::{common::this, construct, hex, iter, percent, shared};
use crate::{
    builtins::{bounds, buffer, int, slice::Slice, tuple},
    error::PyResult,
    kind::Kind,
    native::{MATCH_SELF, Method, SUBCLASSABLE, TypeDef, class_method, method, static_method},
    object::Ref,
    protocol::item::normalize,
    runtime::type_of,
    special::Compare,
    thread::Thread,
    value::Value,
};

/// `bytes`
pub static DEF: TypeDef = TypeDef {
    name: "bytes",
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer",
    base: None,
    kind: Kind::Bytes,
    layout: super::LAYOUT,
    words: 0,
    flags: SUBCLASSABLE | MATCH_SELF,
    methods: METHODS,
    getset: &[],
    setup: None,
};

const METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, source=b'', encoding='utf-8', errors='strict')",
        construct::new,
        "Create and return a new object.",
    ),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__str__", "($self, /)", repr, "Return str(self)."),
    method("__hash__", "($self, /)", hash, "Return hash(self)."),
    method("__eq__", "($self, value, /)", |t, a| compare(t, a, Compare::Eq), "Return self==value."),
    method("__ne__", "($self, value, /)", |t, a| compare(t, a, Compare::Ne), "Return self!=value."),
    method("__lt__", "($self, value, /)", |t, a| compare(t, a, Compare::Lt), "Return self<value."),
    method("__le__", "($self, value, /)", |t, a| compare(t, a, Compare::Le), "Return self<=value."),
    method("__gt__", "($self, value, /)", |t, a| compare(t, a, Compare::Gt), "Return self>value."),
    method("__ge__", "($self, value, /)", |t, a| compare(t, a, Compare::Ge), "Return self>=value."),
    method("__len__", "($self, /)", len, "Return len(self)."),
    method("__iter__", "($self, /)", iter::iter, "Implement iter(self)."),
    method("__getitem__", "($self, key, /)", getitem, "Return self[key]."),
    method("__contains__", "($self, key, /)", shared::contains, "Return bool(key in self)."),
    method("__add__", "($self, value, /)", add, "Return self+value."),
    method("__mul__", "($self, value, /)", mul, "Return self*value."),
    method("__rmul__", "($self, value, /)", mul, "Return value*self."),
    method("__mod__", "($self, value, /)", percent::modulo, "Return self%value."),
    method("__rmod__", "($self, value, /)", percent::reflected, "Return value%self."),
    method(
        "__buffer__",
        "($self, flags, /)",
        crate::builtins::memoryview::buffer_method,
        "Return a buffer object that exposes the underlying memory of the object.",
    ),
    method("__bytes__", "($self, /)", to_bytes, "Convert this value to exact type bytes."),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    method(
        "__sizeof__",
        "($self, /)",
        |_, a| Ok(Value::small(this(a[0]).view.len() as i64 + 33)),
        "Returns the size of the bytes object in memory, in bytes.",
    ),
    method(
        "capitalize",
        "($self, /)",
        shared::capitalize,
        "Return a copy of B with only its first character capitalized (ASCII) and the rest lower-cased.",
    ),
    method(
        "center",
        "($self, width, fillchar=b' ', /)",
        shared::center,
        "Return a centered string of length width.",
    ),
    method(
        "count",
        "($self, sub, start=None, end=None, /)",
        shared::count,
        "Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].",
    ),
    method(
        "decode",
        "($self, /, encoding='utf-8', errors='strict')",
        shared::decode,
        "Decode the bytes using the codec registered for encoding.",
    ),
    method(
        "endswith",
        "($self, suffix, start=None, end=None, /)",
        shared::endswith,
        "Return True if the bytes ends with the specified suffix, False otherwise.",
    ),
    method(
        "expandtabs",
        "($self, /, tabsize=8)",
        shared::expandtabs,
        "Return a copy where all tab characters are expanded using spaces.",
    ),
    method(
        "find",
        "($self, sub, start=None, end=None, /)",
        shared::find,
        "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].",
    ),
    class_method(
        "fromhex",
        "($type, string, /)",
        hex::fromhex,
        "Create a bytes object from a string of hexadecimal numbers.",
    ),
    method(
        "hex",
        "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
        hex::hex,
        "Create a string of hexadecimal numbers from a bytes object.",
    ),
    method(
        "index",
        "($self, sub, start=None, end=None, /)",
        shared::index,
        "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].",
    ),
    method(
        "isalnum",
        "($self, /)",
        shared::isalnum,
        "Return True if all characters in B are alphanumeric and there is at least one character in B, False otherwise.",
    ),
    method(
        "isalpha",
        "($self, /)",
        shared::isalpha,
        "Return True if all characters in B are alphabetic and there is at least one character in B, False otherwise.",
    ),
    method(
        "isascii",
        "($self, /)",
        shared::isascii,
        "Return True if B is empty or all characters in B are ASCII, False otherwise.",
    ),
    method(
        "isdigit",
        "($self, /)",
        shared::isdigit,
        "Return True if all characters in B are digits and there is at least one character in B, False otherwise.",
    ),
    method(
        "islower",
        "($self, /)",
        shared::islower,
        "Return True if all cased characters in B are lowercase and there is at least one cased character in B, False otherwise.",
    ),
    method(
        "isspace",
        "($self, /)",
        shared::isspace,
        "Return True if all characters in B are whitespace and there is at least one character in B, False otherwise.",
    ),
    method(
        "istitle",
        "($self, /)",
        shared::istitle,
        "Return True if B is a titlecased string and there is at least one character in B, False otherwise.",
    ),
    method(
        "isupper",
        "($self, /)",
        shared::isupper,
        "Return True if all cased characters in B are uppercase and there is at least one cased character in B, False otherwise.",
    ),
    method(
        "join",
        "($self, iterable_of_bytes, /)",
        shared::join,
        "Concatenate any number of bytes objects, with self between them.",
    ),
    method(
        "ljust",
        "($self, width, fillchar=b' ', /)",
        shared::ljust,
        "Return a left-justified string of length width.",
    ),
    method(
        "lower",
        "($self, /)",
        shared::lower,
        "Return a copy of B with all ASCII characters converted to lowercase.",
    ),
    method(
        "lstrip",
        "($self, bytes=None, /)",
        shared::lstrip,
        "Strip leading bytes contained in the argument.",
    ),
    static_method(
        "maketrans",
        "(frm, to, /)",
        shared::maketrans,
        "Return a translation table usable for the bytes or bytearray translate method.",
    ),
    method(
        "partition",
        "($self, sep, /)",
        shared::partition,
        "Partition the bytes into three parts using the given separator.",
    ),
    method(
        "removeprefix",
        "($self, prefix, /)",
        shared::removeprefix,
        "Return a bytes object with the given prefix string removed if present.",
    ),
    method(
        "removesuffix",
        "($self, suffix, /)",
        shared::removesuffix,
        "Return a bytes object with the given suffix string removed if present.",
    ),
    method(
        "replace",
        "($self, old, new, count=-1, /)",
        shared::replace,
        "Return a copy with all occurrences of substring old replaced by new.",
    ),
    method(
        "rfind",
        "($self, sub, start=None, end=None, /)",
        shared::rfind,
        "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].",
    ),
    method(
        "rindex",
        "($self, sub, start=None, end=None, /)",
        shared::rindex,
        "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].",
    ),
    method(
        "rjust",
        "($self, width, fillchar=b' ', /)",
        shared::rjust,
        "Return a right-justified string of length width.",
    ),
    method(
        "rpartition",
        "($self, sep, /)",
        shared::rpartition,
        "Partition the bytes into three parts using the given separator, searched from the end.",
    ),
    method(
        "rsplit",
        "($self, /, sep=None, maxsplit=-1)",
        shared::rsplit,
        "Return a list of the sections in the bytes, using sep as the delimiter, from the end.",
    ),
    method(
        "rstrip",
        "($self, bytes=None, /)",
        shared::rstrip,
        "Strip trailing bytes contained in the argument.",
    ),
    method(
        "split",
        "($self, /, sep=None, maxsplit=-1)",
        shared::split,
        "Return a list of the sections in the bytes, using sep as the delimiter.",
    ),
    method(
        "splitlines",
        "($self, /, keepends=False)",
        shared::splitlines,
        "Return a list of the lines in the bytes, breaking at line boundaries.",
    ),
    method(
        "startswith",
        "($self, prefix, start=None, end=None, /)",
        shared::startswith,
        "Return True if the bytes starts with the specified prefix, False otherwise.",
    ),
    method(
        "strip",
        "($self, bytes=None, /)",
        shared::strip,
        "Strip leading and trailing bytes contained in the argument.",
    ),
    method(
        "swapcase",
        "($self, /)",
        shared::swapcase,
        "Return a copy of B with uppercase ASCII characters converted to lowercase ASCII and vice versa.",
    ),
    method("title", "($self, /)", shared::title, "Return a titlecased version of B."),
    method(
        "translate",
        "($self, table, /, delete=b'')",
        shared::translate,
        "Return a copy with each character mapped by the given translation table.",
    ),
    method(
        "upper",
        "($self, /)",
        shared::upper,
        "Return a copy of B with all ASCII characters converted to uppercase.",
    ),
    method(
        "zfill",
        "($self, width, /)",
        shared::zfill,
        "Pad a numeric string with zeros on the left, to fill a field of the given width.",
    ),
];

fn receiver(value: Value) -> Ref<super::Bytes> {
    value.as_bytes().unwrap_or_else(|| unreachable!("the receiver is a bytes object"))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let text = pystm_text::escape::bytes_repr(receiver(args[0]).as_slice());
    Ok(t.new_str(&text))
}

fn hash(t: &mut Thread, args: &[Value]) -> PyResult {
    let h = receiver(args[0]).hash(t) as i64;
    Ok(int::from_i64(t, h))
}

fn compare(_: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    match args[1].as_bytes() {
        Some(other) => Ok(Value::bool(op.holds(receiver(args[0]).as_slice().cmp(other.as_slice())))),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn len(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(receiver(args[0]).len() as i64))
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let subject = this(args[0]);
    if args[1].cast::<Slice>().is_some() {
        let span = bounds::span(t, args[1], || subject.view.len())?;
        if span.is_range() {
            return subject.part(t, span.range());
        }
        let picked: Vec<u8> = span.indices().map(|i| subject.view[i]).collect();
        return super::new(t, &picked);
    }
    let got = args[1];
    let i = bounds::index_or(t, got, || {
        format!("byte indices must be integers or slices, not {}", type_of(got).name())
    })?;
    match normalize(i, subject.view.len()) {
        Some(i) => Ok(Value::small(subject.view[i] as i64)),
        None => Err(t.index_error("index out of range")),
    }
}

fn add(t: &mut Thread, args: &[Value]) -> PyResult {
    let a = receiver(args[0]);
    if let Some(b) = args[1].as_bytes() {
        if a.is_empty() && super::is_exact(args[1]) {
            return Ok(args[1]);
        }
        if b.is_empty() && super::is_exact(args[0]) {
            return Ok(args[0]);
        }
        return super::concat(t, a.as_slice(), b.as_slice());
    }
    match buffer::try_get(t, args[1])? {
        Some(b) => {
            let b = b.into_vec();
            super::concat(t, a.as_slice(), &b)
        }
        None => {
            let name = type_of(args[1]).message_name();
            Err(t.type_error(format!("can't concat {name} to bytes")))
        }
    }
}

fn mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let count = bounds::fitting(t, args[1])?;
    let b = receiver(args[0]);
    if count == 1 {
        return Ok(b.value());
    }
    if b.len() as i128 * i128::from(count) > i128::from(i64::MAX) {
        return Err(t.overflow_error("repeated bytes are too long"));
    }
    if !t.mutator.fits(b.len().saturating_mul(count.max(0) as usize)) {
        return Err(t.memory_error());
    }
    match repeated(b.as_slice(), count) {
        Some(bytes) => super::new(t, &bytes),
        None => Err(t.memory_error()),
    }
}

/// The bytes `count` times, if they are not too many.
pub(crate) fn repeated(bytes: &[u8], count: i64) -> Option<Vec<u8>> {
    let count = count.max(0) as usize;
    (bytes.len().checked_mul(count)? <= super::MAX_LEN).then(|| bytes.repeat(count))
}

fn to_bytes(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(receiver(args[0]).value())
}

fn getnewargs(t: &mut Thread, args: &[Value]) -> PyResult {
    let inner = receiver(args[0]).value();
    Ok(tuple::new_small(t, &[inner]))
}
