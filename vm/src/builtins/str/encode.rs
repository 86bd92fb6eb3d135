//! `str.encode`, and `str` of bytes.

use super::{Str, methods::this};
use crate::{
    builtins::{buffer, codecs},
    error::PyResult,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// An `encoding` or `errors` argument, which must be a str without null characters.
pub(crate) fn name_argument(
    t: &mut Thread,
    function: &str,
    name: &str,
    value: Value,
) -> PyResult<Option<String>> {
    let Some(value) = value.given() else { return Ok(None) };
    let Some(s) = value.as_str() else {
        let got = super::methods::argument_type_name(value);
        return Err(t.type_error(format!("{function}() argument '{name}' must be str, not {got}")));
    };
    match s.units().to_string_checked() {
        Ok(text) if text.contains('\0') => Err(t.value_error("embedded null character")),
        Ok(text) => Ok(Some(text)),
        Err(at) => {
            let args = [
                t.intern("utf-8"),
                value,
                Value::small(at as i64),
                Value::small(at as i64 + 1),
                t.intern("surrogates not allowed"),
            ];
            Err(t.raise_args(crate::error::Exc::UnicodeEncodeError, &args))
        }
    }
}

pub(super) fn encode(t: &mut Thread, args: &[Value]) -> PyResult {
    let encoding = name_argument(t, "encode", "encoding", args[1])?;
    let errors = name_argument(t, "encode", "errors", args[2])?;
    let s = this(args[0]).value();
    codecs::encode_str(t, s, encoding.as_deref().unwrap_or("utf-8"), errors.as_deref())
}

/// `str(object, encoding, errors)`
pub(super) fn decode_object(t: &mut Thread, object: Value, encoding: Value, errors: Value) -> PyResult {
    let encoding = name_argument(t, "str", "encoding", encoding)?;
    let errors = name_argument(t, "str", "errors", errors)?;
    if object.as_str().is_some() {
        return Err(t.type_error("decoding str is not supported"));
    }
    if !buffer::is_bytes_like(t, object) {
        let got = type_of(object).name();
        return Err(t.type_error(format!("decoding to str: need a bytes-like object, {got} found")));
    }
    codecs::decode_bytes(t, object, encoding.as_deref().unwrap_or("utf-8"), errors.as_deref())
}

/// A new str of UTF-8 bytes that are valid.
pub fn from_utf8(t: &mut Thread, bytes: &[u8]) -> Option<PyResult> {
    if bytes.is_ascii() {
        return Some(Str::from_ascii(t, pystm_text::Units::One(bytes)));
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let mut buf = pystm_text::TextBuf::with_capacity(text.len());
    buf.push_str(text);
    Some(Str::from_buf(t, &buf))
}
