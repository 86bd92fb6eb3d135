//! `float(...)` and conversions of other numbers to floats.

use pystm_text::number;

use super::{as_exact, as_float, new};
use crate::{
    builtins::{buffer, exceptions::warning, int, typeobj::Type, wrapped},
    error::{Exc, PyResult},
    kind::Kind,
    protocol::{call, number as numbers, text},
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

/// `float.__new__(cls, x=0.0, /)`. A subclass with its own `__init__` may take keywords.
pub(super) fn new_float(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[2].given().is_some() {
        let own = class_of_kind(Kind::Float);
        let given = args[0].cast::<Type>().unwrap_or(own);
        if given.special(t, Special::Init as usize) == own.special(t, Special::Init as usize) {
            return Err(t.type_error("float() takes no keyword arguments"));
        }
    }
    let value = match args[1].given() {
        None => new(t, 0.0),
        Some(x) => to_float(t, x)?,
    };
    Ok(wrapped::of_class(t, args[0], value))
}

/// `float(value)`, an exact float.
pub fn to_float(t: &mut Thread, value: Value) -> PyResult {
    if as_exact(value).is_some() {
        return Ok(value);
    }
    // `__float__` of a subclass of str comes before its text.
    let parsed = if crate::builtins::str::is_exact(value) {
        value.as_str().and_then(|s| number::parse_float(s.units()))
    } else if let Some(f) = from_number(t, value)? {
        return Ok(new(t, f));
    } else if let Some(s) = value.as_str() {
        number::parse_float(s.units())
    } else if let Some(view) = buffer::try_get(t, value)? {
        number::parse_float_ascii(&view.into_vec())
    } else {
        let name = type_of(value).name();
        return Err(t.type_error(format!("float() argument must be a string or a real number, not '{name}'")));
    };
    match parsed {
        Some(f) => Ok(new(t, f)),
        None => {
            let repr = text::repr_string(t, value)?;
            Err(t.value_error(format!("could not convert string to float: {repr}")))
        }
    }
}

/// The float of a real number: a float, or what has `__float__` or `__index__`. `TypeError: must be real number` for
/// anything else.
pub fn to_f64(t: &mut Thread, value: Value) -> PyResult<f64> {
    if let Some(f) = as_exact(value) {
        return Ok(f);
    }
    match from_number(t, value)? {
        Some(f) => Ok(f),
        None => {
            let name = type_of(value).name();
            Err(t.type_error(format!("must be real number, not {name}")))
        }
    }
}

/// The float of a value with `__float__` or `__index__`; `None` for a value with neither.
pub(crate) fn from_number(t: &mut Thread, value: Value) -> PyResult<Option<f64>> {
    if let Some(n) = int::as_exact_int(value) {
        return n.float(t).map(Some);
    }
    if let Some(f) = as_float(value)
        && !type_of(value).has(crate::builtins::typeobj::HEAP)
    {
        return Ok(Some(f));
    }
    if let Some(result) = call::call_special(t, value, Special::Float, &[])? {
        return exact_result(t, value, result).map(Some);
    }
    if t.special(value, Special::Index).is_some() {
        let n = numbers::index(t, value)?;
        return match int::of(n) {
            Some(n) => n.float(t).map(Some),
            None => Ok(None),
        };
    }
    Ok(None)
}

/// The result of `__float__` as a number.
fn exact_result(t: &mut Thread, value: Value, result: Value) -> PyResult<f64> {
    if let Some(f) = as_exact(result) {
        return Ok(f);
    }
    let (owner, name) = (type_of(value).name(), type_of(result).name());
    match as_float(result) {
        Some(f) => {
            let message = format!(
                "{owner}.__float__ returned non-float (type {name}).  The ability to return an instance of a strict \
                 subclass of float is deprecated, and may not be supported in a future version of Python."
            );
            warning::warn(t, Exc::DeprecationWarning, &message, 1)?;
            Ok(f)
        }
        None => Err(t.type_error(format!("{owner}.__float__ returned non-float (type {name})"))),
    }
}
