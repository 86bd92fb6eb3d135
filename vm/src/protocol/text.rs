//! `repr`, `str`, `ascii`, `format`.

use crate::{
    builtins::{
        float,
        int::{self, IntRef},
        str::{self, Str},
    },
    error::PyResult,
    object::Ref,
    protocol::call,
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `repr(value)`, a str.
pub fn repr(t: &mut Thread, value: Value) -> PyResult {
    if let Some(shown) = number(t, value) {
        return shown;
    }
    t.check_native_stack()?;
    match call::call_special(t, value, Special::Repr, &[])? {
        Some(s) if s.as_str().is_some() => Ok(s),
        Some(other) => {
            let name = type_of(other).name();
            Err(t.type_error(format!("__repr__ returned non-string (type {name})")))
        }
        None => {
            let name = type_of(value).name();
            Ok(t.new_str(&format!("<{name} object at {:#x}>", value.bits() & !7)))
        }
    }
}

/// `str(value)`, a str.
pub fn str(t: &mut Thread, value: Value) -> PyResult {
    if str::is_exact(value) {
        return Ok(value);
    }
    if let Some(shown) = number(t, value) {
        return shown;
    }
    t.check_native_stack()?;
    match call::call_special(t, value, Special::Str, &[])? {
        Some(s) if s.as_str().is_some() => Ok(s),
        Some(other) => {
            let name = type_of(other).name();
            Err(t.type_error(format!("__str__ returned non-string (type {name})")))
        }
        None => repr(t, value),
    }
}

/// `str` and `repr` of the commonest numbers, without a look-up.
#[inline]
fn number(t: &mut Thread, value: Value) -> Option<PyResult> {
    if let Some(n) = value.as_small() {
        return Some(int::repr(t, IntRef::Small(n)));
    }
    value.is_immediate_float().then(|| float::repr(t, value.immediate_float()))
}

/// `repr(value)` as Rust's string, for messages.
pub fn repr_string(t: &mut Thread, value: Value) -> PyResult<String> {
    let s = repr(t, value)?;
    Ok(s.as_str().map(|s| s.to_rust()).unwrap_or_default())
}

/// `str(value)` as Rust's string.
pub fn str_string(t: &mut Thread, value: Value) -> PyResult<String> {
    let s = str(t, value)?;
    Ok(s.as_str().map(|s| s.to_rust()).unwrap_or_default())
}

/// `ascii(value)`, a str.
pub fn ascii(t: &mut Thread, value: Value) -> PyResult {
    let s = repr(t, value)?;
    let Some(text) = s.as_str() else { return Ok(s) };
    if text.is_ascii() {
        return Ok(s);
    }
    let mut escaped = String::new();
    for c in text.units().iter() {
        match c {
            0..0x80 => escaped.push(c as u8 as char),
            0x80..0x100 => escaped.push_str(&format!("\\x{c:02x}")),
            0x100..0x1_0000 => escaped.push_str(&format!("\\u{c:04x}")),
            _ => escaped.push_str(&format!("\\U{c:08x}")),
        }
    }
    Ok(t.new_str(&escaped))
}

/// `format(value, spec)`; `spec` is a str.
pub fn format(t: &mut Thread, value: Value, spec: Value) -> PyResult {
    if Ref::<Str>::from_value(spec).is_some_and(|s| s.is_empty()) {
        if str::is_exact(value) {
            return Ok(value);
        }
        if let Some(shown) = number(t, value) {
            return shown;
        }
    }
    let Some(method) = t.special(value, Special::Format) else {
        let name = type_of(value).name();
        return Err(t.type_error(format!("Type {name} doesn't define __format__")));
    };
    let result = call::call_unbound(t, method, value, &[spec])?;
    if result.as_str().is_none() {
        let name = type_of(result).name();
        return Err(t.type_error(format!("__format__ must return a str, not {name}")));
    }
    Ok(result)
}
