//! `str`: the rows of its methods, and those that are about the object rather than its text.

use super::{Str, case, encode, find, format, iter, join, percent, predicates, split, translate};
use crate::{
    builtins::{bounds, slice::Slice, tuple, typeobj::Type, wrapped},
    error::PyResult,
    kind::Kind,
    native::{MATCH_SELF, Method, SUBCLASSABLE, TypeDef, method, static_method},
    object::Ref,
    protocol::{item::normalize, text},
    runtime::{class_of_kind, type_of},
    special::Compare,
    thread::Thread,
    value::Value,
};

/// `str`
pub static DEF: TypeDef = TypeDef {
    name: "str",
    doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to 'utf-8'.\nerrors defaults to 'strict'.",
    base: None,
    kind: Kind::Str,
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
        "($cls, object='', encoding='utf-8', errors='strict')",
        new,
        "Create and return a new object.",
    )
    .constructing(1, |t, a| a.first().map_or(Ok(t.rt.empty_str.get()), |&x| text::str(t, x))),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__str__", "($self, /)", to_str, "Return str(self)."),
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
    method("__contains__", "($self, key, /)", find::contains, "Return bool(key in self)."),
    method("__add__", "($self, value, /)", add, "Return self+value."),
    method("__mul__", "($self, value, /)", mul, "Return self*value."),
    method("__rmul__", "($self, value, /)", mul, "Return value*self."),
    method("__mod__", "($self, value, /)", percent::modulo, "Return self%value."),
    method("__rmod__", "($self, value, /)", percent::reflected, "Return value%self."),
    method(
        "__format__",
        "($self, format_spec, /)",
        format::format_method,
        "Return a formatted version of the string as described by format_spec.",
    ),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    method("__sizeof__", "($self, /)", sizeof, "Return the size of the string in memory, in bytes."),
    method("capitalize", "($self, /)", case::capitalize, "Return a capitalized version of the string."),
    method(
        "casefold",
        "($self, /)",
        case::casefold,
        "Return a version of the string suitable for caseless comparisons.",
    ),
    method(
        "center",
        "($self, width, fillchar=' ', /)",
        case::center,
        "Return a centered string of length width.",
    ),
    method(
        "count",
        "($self, sub, start=None, end=None, /)",
        find::count,
        "Return the number of non-overlapping occurrences of substring sub in string S[start:end].",
    ),
    method(
        "encode",
        "($self, /, encoding='utf-8', errors='strict')",
        encode::encode,
        "Encode the string using the codec registered for encoding.",
    ),
    method(
        "endswith",
        "($self, suffix, start=None, end=None, /)",
        find::endswith,
        "Return True if the string ends with the specified suffix, False otherwise.",
    ),
    method(
        "expandtabs",
        "($self, /, tabsize=8)",
        case::expandtabs,
        "Return a copy where all tab characters are expanded using spaces.",
    ),
    method(
        "find",
        "($self, sub, start=None, end=None, /)",
        find::find,
        "Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].",
    ),
    method(
        "format",
        "($self, /, *args, **kwargs)",
        format::format,
        "Return a formatted version of the string, using substitutions from args and kwargs.",
    ),
    method(
        "format_map",
        "($self, mapping, /)",
        format::format_map,
        "Return a formatted version of the string, using substitutions from mapping.",
    ),
    method(
        "index",
        "($self, sub, start=None, end=None, /)",
        find::index,
        "Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].",
    ),
    method(
        "isalnum",
        "($self, /)",
        predicates::isalnum,
        "Return True if the string is an alpha-numeric string, False otherwise.",
    ),
    method(
        "isalpha",
        "($self, /)",
        predicates::isalpha,
        "Return True if the string is an alphabetic string, False otherwise.",
    ),
    method(
        "isascii",
        "($self, /)",
        predicates::isascii,
        "Return True if all characters in the string are ASCII, False otherwise.",
    ),
    method(
        "isdecimal",
        "($self, /)",
        predicates::isdecimal,
        "Return True if the string is a decimal string, False otherwise.",
    ),
    method(
        "isdigit",
        "($self, /)",
        predicates::isdigit,
        "Return True if the string is a digit string, False otherwise.",
    ),
    method(
        "isidentifier",
        "($self, /)",
        predicates::isidentifier,
        "Return True if the string is a valid Python identifier, False otherwise.",
    ),
    method(
        "islower",
        "($self, /)",
        predicates::islower,
        "Return True if the string is a lowercase string, False otherwise.",
    ),
    method(
        "isnumeric",
        "($self, /)",
        predicates::isnumeric,
        "Return True if the string is a numeric string, False otherwise.",
    ),
    method(
        "isprintable",
        "($self, /)",
        predicates::isprintable,
        "Return True if all characters in the string are printable, False otherwise.",
    ),
    method(
        "isspace",
        "($self, /)",
        predicates::isspace,
        "Return True if the string is a whitespace string, False otherwise.",
    ),
    method(
        "istitle",
        "($self, /)",
        predicates::istitle,
        "Return True if the string is a title-cased string, False otherwise.",
    ),
    method(
        "isupper",
        "($self, /)",
        predicates::isupper,
        "Return True if the string is an uppercase string, False otherwise.",
    ),
    method(
        "join",
        "($self, iterable, /)",
        join::join,
        "Concatenate any number of strings, with self between them.",
    ),
    method(
        "ljust",
        "($self, width, fillchar=' ', /)",
        case::ljust,
        "Return a left-justified string of length width.",
    ),
    method("lower", "($self, /)", case::lower, "Return a copy of the string converted to lowercase."),
    method(
        "lstrip",
        "($self, chars=None, /)",
        split::lstrip,
        "Return a copy of the string with leading whitespace (or characters in chars) removed.",
    ),
    static_method(
        "maketrans",
        "(x, y=<unrepresentable>, z=<unrepresentable>, /)",
        translate::maketrans,
        "Return a translation table usable for str.translate().",
    ),
    method(
        "partition",
        "($self, sep, /)",
        split::partition,
        "Partition the string into three parts using the given separator.",
    ),
    method(
        "removeprefix",
        "($self, prefix, /)",
        split::removeprefix,
        "Return a str with the given prefix string removed if present.",
    ),
    method(
        "removesuffix",
        "($self, suffix, /)",
        split::removesuffix,
        "Return a str with the given suffix string removed if present.",
    ),
    method(
        "replace",
        "($self, old, new, /, count=-1)",
        find::replace,
        "Return a copy with all occurrences of substring old replaced by new.",
    ),
    method(
        "rfind",
        "($self, sub, start=None, end=None, /)",
        find::rfind,
        "Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].",
    ),
    method(
        "rindex",
        "($self, sub, start=None, end=None, /)",
        find::rindex,
        "Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].",
    ),
    method(
        "rjust",
        "($self, width, fillchar=' ', /)",
        case::rjust,
        "Return a right-justified string of length width.",
    ),
    method(
        "rpartition",
        "($self, sep, /)",
        split::rpartition,
        "Partition the string into three parts using the given separator, searched from the end.",
    ),
    method(
        "rsplit",
        "($self, /, sep=None, maxsplit=-1)",
        split::rsplit,
        "Return a list of the substrings in the string, using sep as the separator string, from the end.",
    ),
    method(
        "rstrip",
        "($self, chars=None, /)",
        split::rstrip,
        "Return a copy of the string with trailing whitespace (or characters in chars) removed.",
    ),
    method(
        "split",
        "($self, /, sep=None, maxsplit=-1)",
        split::split,
        "Return a list of the substrings in the string, using sep as the separator string.",
    ),
    method(
        "splitlines",
        "($self, /, keepends=False)",
        split::splitlines,
        "Return a list of the lines in the string, breaking at line boundaries.",
    ),
    method(
        "startswith",
        "($self, prefix, start=None, end=None, /)",
        find::startswith,
        "Return True if the string starts with the specified prefix, False otherwise.",
    ),
    method(
        "strip",
        "($self, chars=None, /)",
        split::strip,
        "Return a copy of the string with leading and trailing whitespace (or characters in chars) removed.",
    ),
    method(
        "swapcase",
        "($self, /)",
        case::swapcase,
        "Convert uppercase characters to lowercase and lowercase characters to uppercase.",
    ),
    method(
        "title",
        "($self, /)",
        case::title,
        "Return a version of the string where each word is titlecased.",
    ),
    method(
        "translate",
        "($self, table, /)",
        translate::translate,
        "Replace each character in the string using the given translation table.",
    ),
    method("upper", "($self, /)", case::upper, "Return a copy of the string converted to uppercase."),
    method(
        "zfill",
        "($self, width, /)",
        case::zfill,
        "Pad a numeric string with zeros on the left, to fill a field of the given width.",
    ),
];

/// The str of a receiver.
#[inline(always)]
pub(super) fn this(value: Value) -> Ref<Str> {
    value.as_str().unwrap_or_else(|| unreachable!("the receiver is a str"))
}

/// An argument that must be a str.
pub(super) fn str_argument(
    t: &mut Thread,
    value: Value,
    message: impl FnOnce(&str) -> String,
) -> PyResult<Ref<Str>> {
    match value.as_str() {
        Some(s) => Ok(s),
        None => {
            let got = argument_type_name(value);
            Err(t.type_error(message(&got)))
        }
    }
}

/// The name of an argument's type as CPython's argument parser shows it.
pub(crate) fn argument_type_name(value: Value) -> String {
    if value.is_none() { "None".to_owned() } else { type_of(value).message_name() }
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = Ref::<Type>::known(args[0]);
    let (object, encoding, errors) = (args[1], args[2], args[3]);
    let text = if object.is_unset() {
        t.rt.empty_str.get()
    } else if encoding.is_unset() && errors.is_unset() {
        text::str(t, object)?
    } else {
        encode::decode_object(t, object, encoding, errors)?
    };
    if class == class_of_kind(Kind::Str) { Ok(text) } else { of_class(t, class, text) }
}

fn of_class(t: &mut Thread, class: Ref<Type>, text: Value) -> PyResult {
    let inner = this(text).value();
    Ok(wrapped::new(t, class, inner))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    let buf = pystm_text::escape::text_repr(s.units());
    Str::from_buf(t, &buf)
}

fn to_str(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(this(args[0]).value())
}

fn hash(t: &mut Thread, args: &[Value]) -> PyResult {
    let h = this(args[0]).hash(t) as i64;
    Ok(crate::builtins::int::from_i64(t, h))
}

fn compare(_: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let (a, Some(b)) = (this(args[0]), args[1].as_str()) else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(Value::bool(match op {
        Compare::Eq => a.same_text(&b),
        Compare::Ne => !a.same_text(&b),
        _ => op.holds(a.units().cmp(&b.units())),
    }))
}

fn len(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(this(args[0]).len() as i64))
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    if args[1].cast::<Slice>().is_some() {
        let span = bounds::span(t, args[1], || s.len())?;
        if span.is_range() {
            return super::slice_of(t, s, span.range());
        }
        let units = s.units();
        let buf: pystm_text::TextBuf = span.indices().map(|i| units.at(i)).collect();
        return Str::from_buf(t, &buf);
    }
    if !bounds::is_index(t, args[1]) {
        let name = type_of(args[1]).message_name();
        return Err(t.type_error(format!("string indices must be integers, not '{name}'")));
    }
    let i = crate::protocol::number::subscript_index(t, args[1])?;
    match normalize(i, s.len()) {
        Some(i) => Ok(Str::from_char(t, s.code_point(i))),
        None => Err(t.index_error("string index out of range")),
    }
}

fn add(t: &mut Thread, args: &[Value]) -> PyResult {
    let a = this(args[0]);
    match args[1].as_str() {
        Some(b) => super::concat(t, a, b),
        None => {
            let name = type_of(args[1]).message_name();
            Err(t.type_error(format!("can only concatenate str (not \"{name}\") to str")))
        }
    }
}

fn mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let count = bounds::fitting(t, args[1])?;
    super::repeat(t, this(args[0]), count)
}

fn getnewargs(t: &mut Thread, args: &[Value]) -> PyResult {
    // A copy: a str that refers to itself would not be pickled.
    let copy = Str::from_units(t, this(args[0]).units())?;
    Ok(tuple::new_small(t, &[copy]))
}

fn sizeof(_: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    let (n, fixed) = (s.len(), if s.is_ascii() { 40 } else { 56 });
    let width = match s.units() {
        pystm_text::Units::One(_) => 1,
        pystm_text::Units::Two(_) => 2,
        pystm_text::Units::Four(_) => 4,
    };
    Ok(Value::small((fixed + (n + 1) * width) as i64))
}
