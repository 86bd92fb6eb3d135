//! `bytes(source, encoding, errors)`, and the same for bytearray.

use super::common::Maker;
use crate::{
    builtins::{bounds, buffer, codecs, str::encode::name_argument, typeobj::Type, wrapped},
    error::{Exc, PyResult},
    kind::Kind,
    object::Ref,
    protocol::{call, iter, number},
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

/// `bytes.__new__`
pub(super) fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = Ref::<Type>::known(args[0]);
    let value = from_arguments(t, args[1], args[2], args[3])?;
    if class == class_of_kind(Kind::Bytes) {
        return Ok(value);
    }
    let inner = value.as_bytes().map_or(value, |b| b.value());
    Ok(wrapped::new(t, class, inner))
}

fn from_arguments(t: &mut Thread, source: Value, encoding: Value, errors: Value) -> PyResult {
    if encoding.is_unset()
        && errors.is_unset()
        && !source.is_unset()
        && !super::is_exact(source)
        && let Some(method) = t.special(source, Special::Bytes)
    {
        let result = call::call_unbound(t, method, source, &[])?;
        if result.as_bytes().is_none() {
            let name = type_of(result).name();
            return Err(t.type_error(format!("__bytes__ returned non-bytes (type {name})")));
        }
        return Ok(result);
    }
    if let Some(text) = text_source(t, "bytes", source, encoding, errors)? {
        return Ok(text);
    }
    let Some(source) = source.given() else { return super::new(t, b"") };
    if super::is_exact(source) {
        return Ok(source);
    }
    let bytes = from_value(t, source, Maker::Bytes)?;
    super::new(t, &bytes)
}

/// The bytes of a str source with its encoding, or `None` if neither is given.
pub(crate) fn text_source(
    t: &mut Thread,
    function: &str,
    source: Value,
    encoding: Value,
    errors: Value,
) -> PyResult<Option<Value>> {
    let is_str = !source.is_unset() && source.as_str().is_some();
    let encoding = name_argument(t, function, "encoding", encoding)?;
    let errors = name_argument(t, function, "errors", errors)?;
    match encoding {
        Some(encoding) if is_str => {
            codecs::encode_str(t, source.as_str().map_or(source, |s| s.value()), &encoding, errors.as_deref())
                .map(Some)
        }
        Some(_) => Err(t.type_error("encoding without a string argument")),
        None if errors.is_some() => Err(t.type_error(if is_str {
            "string argument without an encoding"
        } else {
            "errors without a string argument"
        })),
        None if is_str => Err(t.type_error("string argument without an encoding")),
        None => Ok(None),
    }
}

/// The bytes of a count, a bytes-like object or an iterable of ints.
pub fn from_value(t: &mut Thread, source: Value, maker: Maker) -> PyResult<Vec<u8>> {
    if source.is_small() || t.special(source, Special::Index).is_some() {
        match number::index(t, source) {
            Ok(n) => {
                let count = bounds::fitting(t, n)?;
                if count < 0 {
                    return Err(t.value_error("negative count"));
                }
                if count as usize > super::MAX_LEN {
                    return Err(t.memory_error());
                }
                return Ok(vec![0; count as usize]);
            }
            Err(raised) => {
                t.catch(raised, Exc::TypeError)?;
            }
        }
    }
    if let Some(view) = buffer::try_get(t, source)? {
        return Ok(view.into_vec());
    }
    let iterable = source.as_str().is_none()
        && (t.special(source, Special::Iter).is_some_and(|m| !m.is_none())
            || t.special(source, Special::GetItem).is_some());
    if !iterable {
        let name = type_of(source).name();
        return Err(t.type_error(format!("cannot convert '{name}' object to {}", maker.name())));
    }
    let mut out = Vec::new();
    iter::for_each(t, source, |t, item| {
        out.push(index_or_byte(t, item, maker)?);
        Ok(())
    })?;
    Ok(out)
}

/// An item of an iterable of ints.
fn index_or_byte(t: &mut Thread, item: Value, maker: Maker) -> PyResult<u8> {
    match number::index(t, item)?.as_small() {
        Some(n @ 0..256) => Ok(n as u8),
        _ => Err(t.value_error(match maker {
            Maker::Bytes => "bytes must be in range(0, 256)",
            Maker::Array => "byte must be in range(0, 256)",
        })),
    }
}
