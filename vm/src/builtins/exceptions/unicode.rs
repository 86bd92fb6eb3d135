//! UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError.

use super::{Exception, base::no_keywords, this};
use crate::{
    builtins::{bytearray, bytes, tuple::Tuple},
    error::{Exc, PyResult, Raised},
    native::{GetSet, Method, getset, method},
    object::Ref,
    protocol::{number, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// Field: the encoding's name.
pub const ENCODING: usize = 0;
/// Field: what was to be encoded or decoded.
pub const OBJECT: usize = 1;
/// Field: first bad unit.
pub const START: usize = 2;
/// Field: first unit after the bad ones.
pub const END: usize = 3;
/// Field: why.
pub const REASON: usize = 4;

pub(super) static ENCODE_METHODS: &[Method] = &[
    method("__init__", "($self, /, *args, **kwargs)", init_encode, "Set the fields."),
    method("__str__", "($self, /)", str_encode, "Return str(self)."),
];
pub(super) static DECODE_METHODS: &[Method] = &[
    method("__init__", "($self, /, *args, **kwargs)", init_decode, "Set the fields."),
    method("__str__", "($self, /)", str_decode, "Return str(self)."),
];
pub(super) static TRANSLATE_METHODS: &[Method] = &[
    method("__init__", "($self, /, *args, **kwargs)", init_translate, "Set the fields."),
    method("__str__", "($self, /)", str_translate, "Return str(self)."),
];
pub(super) static CODEC_GETSET: &[GetSet] = &[
    getset("encoding", get::<ENCODING>, set::<ENCODING>, "Name of the encoding."),
    getset("object", get::<OBJECT>, set::<OBJECT>, "What was to be converted."),
    getset("start", get_start, set_position::<START>, "Index of the first bad unit."),
    getset("end", get_end, set_position::<END>, "Index after the last bad unit."),
    getset("reason", get::<REASON>, set::<REASON>, "Why it is bad."),
];
pub(super) static TRANSLATE_GETSET: &[GetSet] = &[
    getset("object", get::<OBJECT>, set::<OBJECT>, "What was to be converted."),
    getset("start", get_start, set_position::<START>, "Index of the first bad unit."),
    getset("end", get_end, set_position::<END>, "Index after the last bad unit."),
    getset("reason", get::<REASON>, set::<REASON>, "Why it is bad."),
];

/// Sets the fields from arguments that are known to fit: `(encoding, object, start, end, reason)`, without the encoding
/// for translate errors.
pub(super) fn fill(t: &mut Thread, this: Ref<Exception>, args: &[Value]) {
    let first = if args.len() == 4 { OBJECT } else { ENCODING };
    for (field, &value) in (first..=REASON).zip(args) {
        this.set_field(t, field, value);
    }
}

impl Thread {
    /// Raises UnicodeEncodeError.
    pub fn unicode_encode_error(
        &mut self,
        encoding: &str,
        object: Value,
        range: std::ops::Range<usize>,
        reason: &str,
    ) -> Raised {
        self.unicode_error(Exc::UnicodeEncodeError, encoding, object, range, reason)
    }

    /// Raises UnicodeDecodeError; `object` is a bytes object.
    pub fn unicode_decode_error(
        &mut self,
        encoding: &str,
        object: Value,
        range: std::ops::Range<usize>,
        reason: &str,
    ) -> Raised {
        self.unicode_error(Exc::UnicodeDecodeError, encoding, object, range, reason)
    }

    fn unicode_error(
        &mut self,
        class: Exc,
        encoding: &str,
        object: Value,
        range: std::ops::Range<usize>,
        reason: &str,
    ) -> Raised {
        let encoding = self.new_str(encoding);
        let reason = self.new_str(reason);
        let (start, end) = (Value::small(range.start as i64), Value::small(range.end as i64));
        self.raise_args(class, &[encoding, object, start, end, reason])
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Encode,
    Decode,
    Translate,
}

fn init(t: &mut Thread, args: &[Value], class: Class) -> PyResult {
    let this = this(t, args[0])?;
    no_keywords(t, args[0], args[2])?;
    let w = t.write(this);
    this.args.set(&w, args[1]);
    let items = Ref::<Tuple>::known(args[1]);
    let wanted = if class == Class::Translate { 4 } else { 5 };
    if items.len() != wanted {
        let got = items.len();
        return Err(t.type_error(format!("function takes exactly {wanted} arguments ({got} given)")));
    }
    let first = if class == Class::Translate { OBJECT } else { ENCODING };
    let mut values = [Value::UNSET; 5];
    for (n, slot) in (first..=REASON).zip(items.items()) {
        let position = n - first + 1;
        let mut value = slot.get();
        match n {
            START | END => value = number::index(t, value)?,
            OBJECT if class == Class::Decode => value = bytes_of(t, value)?,
            _ if value.as_str().is_none() => {
                let got = type_of(value).name();
                return Err(t.type_error(format!("argument {position} must be str, not {got}")));
            }
            _ => {}
        }
        values[n] = value;
    }
    fill(t, this, &values[first..]);
    Ok(Value::NONE)
}

/// The bytes object of an object with bytes in it.
fn bytes_of(t: &mut Thread, value: Value) -> PyResult {
    if value.as_bytes().is_some() {
        return Ok(value);
    }
    if let Some(b) = value.cast::<bytearray::ByteArray>() {
        let copy = bytearray::to_vec(b);
        return bytes::new(t, &copy);
    }
    let class = bytes::class().value();
    if t.special(value, crate::special::Special::Buffer).is_some()
        || value.cast::<crate::builtins::memoryview::MemoryView>().is_some()
    {
        return crate::protocol::call::call(t, class, &[value]);
    }
    let got = type_of(value).name();
    Err(t.type_error(format!("a bytes-like object is required, not '{got}'")))
}

fn init_encode(t: &mut Thread, args: &[Value]) -> PyResult {
    init(t, args, Class::Encode)
}

fn init_decode(t: &mut Thread, args: &[Value]) -> PyResult {
    init(t, args, Class::Decode)
}

fn init_translate(t: &mut Thread, args: &[Value]) -> PyResult {
    init(t, args, Class::Translate)
}

fn shown_character(c: u32) -> String {
    match c {
        0..0x100 => format!("'\\x{c:02x}'"),
        0x100..0x1_0000 => format!("'\\u{c:04x}'"),
        _ => format!("'\\U{c:08x}'"),
    }
}

fn str_encode(t: &mut Thread, args: &[Value]) -> PyResult {
    str_of_text(t, args[0], "encode")
}

fn str_translate(t: &mut Thread, args: &[Value]) -> PyResult {
    str_of_text(t, args[0], "translate")
}

/// `start` and `end`, which may have been set to anything.
fn range(this: Ref<Exception>) -> (i64, i64) {
    let raw = |n: usize| this.field(n).as_small().unwrap_or(0);
    (raw(START), raw(END))
}

/// The index of the bad unit, if it is one and inside an object of `len` units.
fn single(this: Ref<Exception>, len: usize) -> Option<usize> {
    let (start, end) = range(this);
    usize::try_from(start).ok().filter(|&at| at < len && end == start + 1)
}

/// TypeError for an `object` that is no `what`, or is gone.
#[cold]
fn bad_object(t: &mut Thread, this: Ref<Exception>, what: &str) -> Raised {
    match this.fields[OBJECT].get().is_unset() {
        true => t.type_error("UnicodeError 'object' attribute is not set"),
        false => t.type_error(format!("UnicodeError 'object' attribute must be a {what}")),
    }
}

fn str_of_text(t: &mut Thread, this_: Value, verb: &str) -> PyResult {
    let this = this(t, this_)?;
    if this.fields[OBJECT].get().is_unset() {
        return Ok(t.new_str(""));
    }
    let reason = text::str_string(t, this.field(REASON))?;
    let prefix = if verb == "encode" {
        let encoding = text::str_string(t, this.field(ENCODING))?;
        format!("'{encoding}' codec ")
    } else {
        String::new()
    };
    // Reason and encoding may have run Python code.
    let Some(object) = this.field(OBJECT).as_str() else { return Err(bad_object(t, this, "string")) };
    let (start, end) = range(this);
    let message = if let Some(at) = single(this, object.len()) {
        let c = shown_character(object.code_point(at));
        format!("{prefix}can't {verb} character {c} in position {start}: {reason}")
    } else {
        format!("{prefix}can't {verb} characters in position {start}-{}: {reason}", end.saturating_sub(1))
    };
    Ok(t.new_str(&message))
}

fn str_decode(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    if this.fields[OBJECT].get().is_unset() {
        return Ok(t.new_str(""));
    }
    let reason = text::str_string(t, this.field(REASON))?;
    let encoding = text::str_string(t, this.field(ENCODING))?;
    let Some(object) = this.field(OBJECT).as_bytes() else { return Err(bad_object(t, this, "bytes")) };
    let (start, end) = range(this);
    let message = if let Some(at) = single(this, object.len()) {
        let byte = object.as_slice()[at];
        format!("'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}")
    } else {
        format!(
            "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
            end.saturating_sub(1)
        )
    };
    Ok(t.new_str(&message))
}

fn get<const FIELD: usize>(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.field(FIELD))
}

fn set<const FIELD: usize>(t: &mut Thread, this_: Value, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    this.set_field(t, FIELD, value);
    Ok(())
}

fn get_start(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.fields[START].get().or(Value::ZERO))
}

fn get_end(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.fields[END].get().or(Value::ZERO))
}

fn set_position<const FIELD: usize>(t: &mut Thread, this_: Value, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    if value.is_unset() {
        return Err(t.type_error("can't delete numeric/char attribute"));
    }
    let n = number::index_as_i64(t, value)?;
    this.set_field(t, FIELD, Value::small(n));
    Ok(())
}
