//! `int(...)`.

use pystm_text::number::{self, IntParseError};

use super::{
    as_exact_int, as_int, from_i64, from_text_int, index,
    text::{self, max_str_digits},
};
use crate::{
    builtins::{buffer, exceptions::warning, wrapped},
    error::{Exc, PyResult, Raised},
    protocol::{self, call},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `int.__new__(cls, x=0, /, base=10)`
pub(super) fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let value = match (args[1].given(), args[2].given()) {
        (None, None) => Value::ZERO,
        (None, Some(_)) => return Err(t.type_error("int() missing string argument")),
        (Some(x), None) => to_int(t, x)?,
        (Some(x), Some(base)) => with_base(t, x, base)?,
    };
    Ok(wrapped::of_class(t, args[0], value))
}

/// `int(value)`, an exact int.
pub fn to_int(t: &mut Thread, value: Value) -> PyResult {
    if as_exact_int(value).is_some() {
        return Ok(as_int(value).unwrap_or(value));
    }
    // Floats of this size have no more than 62 bits before the point.
    if value.is_immediate_float()
        && let f = value.immediate_float()
        && f.abs() < (1u64 << 61) as f64
    {
        return Ok(from_i64(t, f as i64));
    }
    if let Some(n) = special_method(t, value)? {
        return Ok(n);
    }
    match parse_value(t, value, 10)? {
        Some(n) => Ok(n),
        None => Err(no_number(t, value)),
    }
}

/// As [`to_int`], for numbers only.
pub fn from_number(t: &mut Thread, value: Value) -> PyResult {
    if let Some(n) = as_int(value) {
        return Ok(n);
    }
    match special_method(t, value)? {
        Some(n) => Ok(n),
        None => Err(no_number(t, value)),
    }
}

#[cold]
fn no_number(t: &mut Thread, value: Value) -> Raised {
    let name = type_of(value).name();
    t.type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
    ))
}

/// The result of `__int__` or `__index__`; `None` for a value with neither.
fn special_method(t: &mut Thread, value: Value) -> PyResult<Option<Value>> {
    if let Some(result) = call::call_special(t, value, Special::Int, &[])? {
        return exact_result(t, "__int__", result).map(Some);
    }
    if t.special(value, Special::Index).is_some() {
        return crate::protocol::number::index(t, value).map(Some);
    }
    Ok(None)
}

/// The result of `__int__` or `__index__` as an exact int.
pub(crate) fn exact_result(t: &mut Thread, method: &str, result: Value) -> PyResult {
    let name = type_of(result).name();
    match as_int(result) {
        Some(n) if n == result => Ok(n),
        Some(n) => {
            let message = format!(
                "{method} returned non-int (type {name}).  The ability to return an instance of a strict subclass of \
                 int is deprecated, and may not be supported in a future version of Python."
            );
            warning::warn(t, Exc::DeprecationWarning, &message, 1)?;
            Ok(n)
        }
        None => Err(t.type_error(format!("{method} returned non-int (type {name})"))),
    }
}

fn with_base(t: &mut Thread, value: Value, base: Value) -> PyResult {
    let base = match index(t, base)?.to_i64() {
        Some(base @ (0 | 2..=36)) => base as u32,
        _ => return Err(t.value_error("int() base must be >= 2 and <= 36, or 0")),
    };
    if value.as_str().is_some() || buffer::direct(value).is_some() {
        return parse(t, value, base);
    }
    Err(t.type_error("int() can't convert non-string with explicit base"))
}

/// `int(text, base)` for a str, bytes or bytes-like object.
pub fn parse(t: &mut Thread, value: Value, base: u32) -> PyResult {
    Ok(parse_value(t, value, base)?.unwrap_or(Value::ZERO))
}

fn parse_value(t: &mut Thread, value: Value, base: u32) -> PyResult<Option<Value>> {
    if base == 10
        && let Some(n) = value.as_str().and_then(|s| text::parse_plain(t, s.as_ascii()?.as_bytes()))
    {
        return n.map(Some);
    }
    let parsed = if let Some(s) = value.as_str() {
        number::parse_int(s.units(), base, max_str_digits(t))
    } else if let Some(view) = buffer::try_get(t, value)? {
        number::parse_int_ascii(&view.into_vec(), base, max_str_digits(t))
    } else {
        return Ok(None);
    };
    match parsed {
        Ok(n) => Ok(Some(from_text_int(t, n))),
        Err(IntParseError::TooManyDigits(error)) => Err(t.value_error(error.to_string())),
        Err(IntParseError::Invalid) => Err(invalid_literal(t, value, base)),
    }
}

fn invalid_literal(t: &mut Thread, value: Value, base: u32) -> Raised {
    match protocol::text::repr_string(t, value) {
        Ok(repr) => {
            let repr: String = repr.chars().take(200).collect();
            t.value_error(format!("invalid literal for int() with base {base}: {repr}"))
        }
        Err(raised) => raised,
    }
}

/// `int.__int__` and its like: the exact int of any int.
pub(super) fn exact(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(as_int(args[0]).unwrap_or(args[0]))
}

/// `bool.__new__(cls, object=False, /)`
pub(super) fn new_bool(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[1].given() {
        Some(v) => Ok(Value::bool(crate::protocol::truth::is_true(t, v)?)),
        None => Ok(Value::FALSE),
    }
}
