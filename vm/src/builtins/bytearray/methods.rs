//! `bytearray`: the rows of its methods, and those about the whole object.

use super::{ByteArray, items};
use crate::{
    builtins::{
        bounds, buffer,
        bytes::{self, Maker, rows},
        memoryview,
        object::reduce::own_state,
        tuple,
        typeobj::Type,
    },
    error::PyResult,
    kind::Kind,
    native::{MATCH_SELF, Method, SUBCLASSABLE, TypeDef, class_method, method, static_method},
    object::Ref,
    runtime::type_of,
    special::Compare,
    thread::Thread,
    value::Value,
};

/// `bytearray`
pub static DEF: TypeDef = TypeDef {
    name: "bytearray",
    doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer",
    base: None,
    kind: Kind::ByteArray,
    layout: super::LAYOUT,
    words: super::WORDS,
    flags: SUBCLASSABLE | MATCH_SELF,
    methods: METHODS,
    getset: &[],
    setup: None,
};

const METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", new, "Create and return a new object."),
    method(
        "__init__",
        "($self, source=b'', encoding='utf-8', errors='strict')",
        init,
        "Initialize self.  See help(type(self)) for accurate signature.",
    ),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__str__", "($self, /)", repr, "Return str(self)."),
    method("__eq__", "($self, value, /)", |t, a| compare(t, a, Compare::Eq), "Return self==value."),
    method("__ne__", "($self, value, /)", |t, a| compare(t, a, Compare::Ne), "Return self!=value."),
    method("__lt__", "($self, value, /)", |t, a| compare(t, a, Compare::Lt), "Return self<value."),
    method("__le__", "($self, value, /)", |t, a| compare(t, a, Compare::Le), "Return self<=value."),
    method("__gt__", "($self, value, /)", |t, a| compare(t, a, Compare::Gt), "Return self>value."),
    method("__ge__", "($self, value, /)", |t, a| compare(t, a, Compare::Ge), "Return self>=value."),
    method("__len__", "($self, /)", |_, a| Ok(Value::small(this(a[0]).len() as i64)), "Return len(self)."),
    method("__iter__", "($self, /)", bytes::iter_method, "Implement iter(self)."),
    method("__getitem__", "($self, key, /)", items::getitem, "Return self[key]."),
    method("__setitem__", "($self, key, value, /)", items::setitem, "Set self[key] to value."),
    method("__delitem__", "($self, key, /)", items::delitem, "Delete self[key]."),
    method("__contains__", "($self, key, /)", rows::contains, "Return bool(key in self)."),
    method("__add__", "($self, value, /)", add, "Return self+value."),
    method("__iadd__", "($self, value, /)", iadd, "Implement self+=value."),
    method("__mul__", "($self, value, /)", mul, "Return self*value."),
    method("__rmul__", "($self, value, /)", mul, "Return value*self."),
    method("__imul__", "($self, value, /)", imul, "Implement self*=value."),
    method("__mod__", "($self, value, /)", bytes::percent_modulo, "Return self%value."),
    method("__rmod__", "($self, value, /)", bytes::percent_reflected, "Return value%self."),
    method(
        "__buffer__",
        "($self, flags, /)",
        memoryview::buffer_method,
        "Return a buffer object that exposes the underlying memory of the object.",
    ),
    method(
        "__release_buffer__",
        "($self, buffer, /)",
        memoryview::release_buffer,
        "Release the buffer object that exposes the underlying memory of the object.",
    ),
    method(
        "__alloc__",
        "($self, /)",
        alloc,
        "B.__alloc__() -> int\n\nReturn the number of bytes actually allocated.",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__reduce_ex__", "($self, proto=0, /)", reduce_ex, "Return state information for pickling."),
    method(
        "__sizeof__",
        "($self, /)",
        |_, a| Ok(Value::small(56 + this(a[0]).capacity() as i64)),
        "Returns the size of the bytearray object in memory, in bytes.",
    ),
    method("append", "($self, item, /)", items::append, "Append a single item to the end of the bytearray."),
    method(
        "capitalize",
        "($self, /)",
        rows::capitalize,
        "Return a copy of B with only its first character capitalized (ASCII) and the rest lower-cased.",
    ),
    method(
        "center",
        "($self, width, fillchar=b' ', /)",
        rows::center,
        "Return a centered string of length width.",
    ),
    method("clear", "($self, /)", items::clear, "Remove all items from the bytearray."),
    method("copy", "($self, /)", copy, "Return a copy of B."),
    method(
        "count",
        "($self, sub, start=None, end=None, /)",
        rows::count,
        "Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].",
    ),
    method(
        "decode",
        "($self, /, encoding='utf-8', errors='strict')",
        rows::decode,
        "Decode the bytearray using the codec registered for encoding.",
    ),
    method(
        "endswith",
        "($self, suffix, start=None, end=None, /)",
        rows::endswith,
        "Return True if the bytearray ends with the specified suffix, False otherwise.",
    ),
    method(
        "expandtabs",
        "($self, /, tabsize=8)",
        rows::expandtabs,
        "Return a copy where all tab characters are expanded using spaces.",
    ),
    method(
        "extend",
        "($self, iterable_of_ints, /)",
        items::extend,
        "Append all the items from the iterator or sequence to the end of the bytearray.",
    ),
    method(
        "find",
        "($self, sub, start=None, end=None, /)",
        rows::find,
        "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].",
    ),
    class_method(
        "fromhex",
        "($type, string, /)",
        fromhex,
        "Create a bytearray object from a string of hexadecimal numbers.",
    ),
    method(
        "hex",
        "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
        bytes::hex_method,
        "Create a string of hexadecimal numbers from a bytearray object.",
    ),
    method(
        "index",
        "($self, sub, start=None, end=None, /)",
        rows::index,
        "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].",
    ),
    method(
        "insert",
        "($self, index, item, /)",
        items::insert,
        "Insert a single item into the bytearray before the given index.",
    ),
    method(
        "isalnum",
        "($self, /)",
        rows::isalnum,
        "Return True if all characters in B are alphanumeric and there is at least one character in B, False otherwise.",
    ),
    method(
        "isalpha",
        "($self, /)",
        rows::isalpha,
        "Return True if all characters in B are alphabetic and there is at least one character in B, False otherwise.",
    ),
    method(
        "isascii",
        "($self, /)",
        rows::isascii,
        "Return True if B is empty or all characters in B are ASCII, False otherwise.",
    ),
    method(
        "isdigit",
        "($self, /)",
        rows::isdigit,
        "Return True if all characters in B are digits and there is at least one character in B, False otherwise.",
    ),
    method(
        "islower",
        "($self, /)",
        rows::islower,
        "Return True if all cased characters in B are lowercase and there is at least one cased character in B, False otherwise.",
    ),
    method(
        "isspace",
        "($self, /)",
        rows::isspace,
        "Return True if all characters in B are whitespace and there is at least one character in B, False otherwise.",
    ),
    method(
        "istitle",
        "($self, /)",
        rows::istitle,
        "Return True if B is a titlecased string and there is at least one character in B, False otherwise.",
    ),
    method(
        "isupper",
        "($self, /)",
        rows::isupper,
        "Return True if all cased characters in B are uppercase and there is at least one cased character in B, False otherwise.",
    ),
    method(
        "join",
        "($self, iterable_of_bytes, /)",
        rows::join,
        "Concatenate any number of bytes/bytearray objects.",
    ),
    method(
        "ljust",
        "($self, width, fillchar=b' ', /)",
        rows::ljust,
        "Return a left-justified string of length width.",
    ),
    method(
        "lower",
        "($self, /)",
        rows::lower,
        "Return a copy of B with all ASCII characters converted to lowercase.",
    ),
    method(
        "lstrip",
        "($self, bytes=None, /)",
        rows::lstrip,
        "Strip leading bytes contained in the argument.",
    ),
    static_method(
        "maketrans",
        "(frm, to, /)",
        rows::maketrans,
        "Return a translation table usable for the bytes or bytearray translate method.",
    ),
    method(
        "partition",
        "($self, sep, /)",
        rows::partition,
        "Partition the bytearray into three parts using the given separator.",
    ),
    method("pop", "($self, index=-1, /)", items::pop, "Remove and return a single item from B."),
    method(
        "remove",
        "($self, value, /)",
        items::remove,
        "Remove the first occurrence of a value in the bytearray.",
    ),
    method(
        "removeprefix",
        "($self, prefix, /)",
        rows::removeprefix,
        "Return a bytearray with the given prefix string removed if present.",
    ),
    method(
        "removesuffix",
        "($self, suffix, /)",
        rows::removesuffix,
        "Return a bytearray with the given suffix string removed if present.",
    ),
    method(
        "replace",
        "($self, old, new, count=-1, /)",
        rows::replace,
        "Return a copy with all occurrences of substring old replaced by new.",
    ),
    method("resize", "($self, size, /)", items::resize, "Resize the internal buffer of bytearray to len."),
    method("reverse", "($self, /)", items::reverse, "Reverse the order of the values in B in place."),
    method(
        "rfind",
        "($self, sub, start=None, end=None, /)",
        rows::rfind,
        "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].",
    ),
    method(
        "rindex",
        "($self, sub, start=None, end=None, /)",
        rows::rindex,
        "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].",
    ),
    method(
        "rjust",
        "($self, width, fillchar=b' ', /)",
        rows::rjust,
        "Return a right-justified string of length width.",
    ),
    method(
        "rpartition",
        "($self, sep, /)",
        rows::rpartition,
        "Partition the bytearray into three parts using the given separator, searched from the end.",
    ),
    method(
        "rsplit",
        "($self, /, sep=None, maxsplit=-1)",
        rows::rsplit,
        "Return a list of the sections in the bytearray, using sep as the delimiter, from the end.",
    ),
    method(
        "rstrip",
        "($self, bytes=None, /)",
        rows::rstrip,
        "Strip trailing bytes contained in the argument.",
    ),
    method(
        "split",
        "($self, /, sep=None, maxsplit=-1)",
        rows::split,
        "Return a list of the sections in the bytearray, using sep as the delimiter.",
    ),
    method(
        "splitlines",
        "($self, /, keepends=False)",
        rows::splitlines,
        "Return a list of the lines in the bytearray, breaking at line boundaries.",
    ),
    method(
        "startswith",
        "($self, prefix, start=None, end=None, /)",
        rows::startswith,
        "Return True if the bytearray starts with the specified prefix, False otherwise.",
    ),
    method(
        "strip",
        "($self, bytes=None, /)",
        rows::strip,
        "Strip leading and trailing bytes contained in the argument.",
    ),
    method(
        "swapcase",
        "($self, /)",
        rows::swapcase,
        "Return a copy of B with uppercase ASCII characters converted to lowercase ASCII and vice versa.",
    ),
    method("title", "($self, /)", rows::title, "Return a titlecased version of B."),
    method(
        "translate",
        "($self, table, /, delete=b'')",
        rows::translate,
        "Return a copy with each character mapped by the given translation table.",
    ),
    method(
        "upper",
        "($self, /)",
        rows::upper,
        "Return a copy of B with all ASCII characters converted to uppercase.",
    ),
    method(
        "zfill",
        "($self, width, /)",
        rows::zfill,
        "Pad a numeric string with zeros on the left, to fill a field of the given width.",
    ),
];

/// The bytearray of a receiver.
pub(super) fn this(value: Value) -> Ref<ByteArray> {
    Ref::known(value)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = Ref::<Type>::known(args[0]);
    Ok(super::new_of_class(t, class).value())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    if !array.is_empty() {
        super::replace_all(t, array, &[])?;
    }
    let content = if let Some(text) = bytes::text_source(t, "bytearray", args[1], args[2], args[3])? {
        buffer::to_vec(t, text)?
    } else if let Some(source) = args[1].given() {
        bytes::from_value(t, source, Maker::Array)?
    } else {
        Vec::new()
    };
    super::replace_all(t, array, &content)?;
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut text = pystm_text::escape::bytes_repr(this(args[0]).as_slice());
    // Unlike that of bytes, this repr escapes single quotes between double ones.
    if text.starts_with("b\"") {
        text = text.replace('\'', "\\'");
    }
    let name = type_of(args[0]).name();
    Ok(t.new_str(&format!("{name}({text})")))
}

fn compare(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let Some(other) = buffer::try_get(t, args[1])? else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(Value::bool(op.holds(this(args[0]).as_slice().cmp(&other))))
}

fn add(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = buffer::try_get(t, args[1])? else {
        let name = type_of(args[1]).message_name();
        return Err(t.type_error(format!("can't concat {name} to bytearray")));
    };
    let mut sum = this(args[0]).as_slice().to_vec();
    sum.extend_from_slice(&other);
    Ok(super::new(t, &sum)?.value())
}

fn iadd(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = buffer::try_get(t, args[1])? else {
        let name = type_of(args[1]).message_name();
        return Err(t.type_error(format!("can't concat {name} to bytearray")));
    };
    let other = other.into_vec();
    super::extend(t, this(args[0]), &other)?;
    Ok(args[0])
}

/// The bytes of `array * n` or `array *= n`.
fn repeated(t: &mut Thread, args: &[Value]) -> PyResult<Vec<u8>> {
    let count = bounds::fitting(t, args[1])?;
    match bytes::repeated(this(args[0]).as_slice(), count) {
        Some(content) => Ok(content),
        None => Err(t.memory_error()),
    }
}

fn mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let content = repeated(t, args)?;
    Ok(super::new(t, &content)?.value())
}

fn imul(t: &mut Thread, args: &[Value]) -> PyResult {
    let content = repeated(t, args)?;
    super::replace_all(t, this(args[0]), &content)?;
    Ok(args[0])
}

fn alloc(_: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let extra = usize::from(array.capacity() > 0);
    Ok(Value::small((array.capacity() + extra) as i64))
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    let content = this(args[0]).as_slice().to_vec();
    Ok(super::new(t, &content)?.value())
}

fn fromhex(t: &mut Thread, args: &[Value]) -> PyResult {
    let content = bytes::from_hex_argument(t, args[1])?;
    let value = super::new(t, &content)?.value();
    bytes::of_class(t, args[0], Kind::ByteArray, value)
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    reduced(t, args[0], 2)
}

fn reduce_ex(t: &mut Thread, args: &[Value]) -> PyResult {
    let protocol = match args[1].given() {
        Some(v) => crate::protocol::number::index_as_i64(t, v)?,
        None => 0,
    };
    reduced(t, args[0], protocol)
}

fn reduced(t: &mut Thread, array: Value, protocol: i64) -> PyResult {
    let state = own_state(t, array)?;
    let content = this(array).as_slice().to_vec();
    let arguments = if content.is_empty() {
        tuple::new_small(t, &[])
    } else if protocol < 3 {
        let text: pystm_text::TextBuf = content.iter().map(|&b| b as u32).collect();
        let text = crate::builtins::str::Str::from_buf(t, &text)?;
        let latin1 = t.intern("latin-1");
        tuple::new_small(t, &[text, latin1])
    } else {
        let content = bytes::new(t, &content)?;
        tuple::new_small(t, &[content])
    };
    let class = type_of(array).value();
    Ok(tuple::new_small(t, &[class, arguments, state]))
}
