//! `hex` and `fromhex`.

use super::common::this;
use crate::{
    builtins::buffer,
    error::PyResult,
    protocol::{call, number, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// `bytes.hex(sep, bytes_per_sep)` of a bytes object or bytearray.
pub(crate) fn hex(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin_receiver(t, args);
    let subject = this(args[0]);
    let text = to_hex(t, || subject.view.to_vec(), args[1], args[2])?;
    Ok(t.new_str(&text))
}

/// Bytes in hexadecimal, with a separator after each group.
pub fn to_hex(
    t: &mut Thread,
    bytes: impl FnOnce() -> Vec<u8>,
    separator: Value,
    per_separator: Value,
) -> PyResult<String> {
    let group = match per_separator.given() {
        Some(v) => match i32::try_from(number::index_as_i64(t, v)?) {
            Ok(n) => n as i64,
            Err(_) => return Err(t.overflow_error("Python int too large to convert to C int")),
        },
        None => 1,
    };
    let separator = match separator.given() {
        None => None,
        Some(v) => {
            if truth::len(t, v)? != 1 {
                return Err(t.value_error("sep must be length 1."));
            }
            let c = match (v.as_str(), v.as_bytes()) {
                (Some(s), _) => s.code_point(0),
                (_, Some(b)) => b.as_slice()[0] as u32,
                _ => return Err(t.type_error("sep must be str or bytes.")),
            };
            match char::from_u32(c).filter(char::is_ascii) {
                Some(c) => Some(c),
                None => return Err(t.value_error("sep must be ASCII.")),
            }
        }
    };
    let bytes = bytes();
    let mut out = String::with_capacity(bytes.len() * 3);
    let size = group.unsigned_abs() as usize;
    for (i, byte) in bytes.iter().enumerate() {
        if let Some(c) = separator
            && i > 0
            && size > 0
            && (if group > 0 { (bytes.len() - i).is_multiple_of(size) } else { i % size == 0 })
        {
            out.push(c);
        }
        out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    Ok(out)
}

/// `bytes.fromhex(string)`
pub(crate) fn fromhex(t: &mut Thread, args: &[Value]) -> PyResult {
    let bytes = from_hex_argument(t, args[1])?;
    let value = super::new(t, &bytes)?;
    of_class(t, args[0], crate::kind::Kind::Bytes, value)
}

/// The value itself for the exact class, else what a subclass makes of it.
pub(crate) fn of_class(t: &mut Thread, class: Value, kind: crate::kind::Kind, value: Value) -> PyResult {
    if class == crate::runtime::class_of_kind(kind).value() {
        Ok(value)
    } else {
        call::call(t, class, &[value])
    }
}

/// The bytes that a str or bytes-like object of hexadecimal digits stands for; whitespace between bytes is skipped.
pub(crate) fn from_hex_argument(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    let text: Vec<u32> = if let Some(s) = value.as_str() {
        s.units().iter().collect()
    } else if let Some(view) = buffer::try_get(t, value)? {
        view.iter().map(|&b| b as u32).collect()
    } else {
        let name = type_of(value).message_name();
        return Err(t.type_error(format!("fromhex() argument must be str or bytes-like, not {name}")));
    };
    let digit = |i: usize| text.get(i).and_then(|&c| char::from_u32(c)).and_then(|c| c.to_digit(16));
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut i = 0;
    while i < text.len() {
        if matches!(text[i], 0x20 | 9..=13) {
            i += 1;
            continue;
        }
        let Some(high) = digit(i) else { return Err(bad_digit(t, i)) };
        let Some(low) = digit(i + 1) else {
            if i + 1 >= text.len() {
                return Err(t.value_error("fromhex() arg must contain an even number of hexadecimal digits"));
            }
            return Err(bad_digit(t, i + 1));
        };
        out.push((high << 4 | low) as u8);
        i += 2;
    }
    Ok(out)
}

#[cold]
fn bad_digit(t: &mut Thread, at: usize) -> crate::error::Raised {
    t.value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
}
