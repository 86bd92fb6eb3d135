//! `complex(...)` and conversions to complex numbers.

use pystm_text::number::parse_complex;

use super::{Parts, as_complex, as_exact, new};
use crate::{
    builtins::{exceptions::warning, float, wrapped},
    error::{Exc, PyResult},
    protocol::call,
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `complex.__new__(cls, real=0, imag=0)`
pub(super) fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let value = match (args[1].given(), args[2].given()) {
        (None, None) => new(t, 0.0, 0.0),
        (Some(x), None) if as_exact(x).is_some() => x,
        (Some(x), None) => {
            let (real, imaginary) = single(t, x)?;
            new(t, real, imaginary)
        }
        (x, y) => {
            let (real, imaginary) = combine(t, x, y)?;
            new(t, real, imaginary)
        }
    };
    Ok(wrapped::of_class(t, args[0], value))
}

/// The number that a single argument gives.
fn single(t: &mut Thread, value: Value) -> PyResult<Parts> {
    if let Some(s) = value.as_str() {
        return match parse_complex(s.units()) {
            Some(parts) => Ok(parts),
            None => Err(t.value_error("complex() arg is a malformed string")),
        };
    }
    match number(t, value)? {
        Some(parts) => Ok(parts),
        None => {
            let name = type_of(value).name();
            Err(t.type_error(format!("complex() argument must be a string or a number, not {name}")))
        }
    }
}

/// The complex number of a value with `__complex__`, `__float__` or `__index__`; `None` for one without.
fn number(t: &mut Thread, value: Value) -> PyResult<Option<Parts>> {
    if let Some(parts) = special_method(t, value)? {
        return Ok(Some(parts));
    }
    if let Some(parts) = as_complex(value) {
        return Ok(Some(parts));
    }
    Ok(float::from_number(t, value)?.map(|f| (f, 0.0)))
}

/// The result of `__complex__`.
fn special_method(t: &mut Thread, value: Value) -> PyResult<Option<Parts>> {
    if as_exact(value).is_some() || value.is_small() || value.is_immediate_float() {
        return Ok(as_exact(value));
    }
    let Some(result) = call::call_special(t, value, Special::Complex, &[])? else { return Ok(None) };
    let name = type_of(result).name();
    if let Some(parts) = as_exact(result) {
        return Ok(Some(parts));
    }
    match as_complex(result) {
        Some(parts) => {
            let message = format!(
                "__complex__ returned non-complex (type {name}).  The ability to return an instance of a strict \
                 subclass of complex is deprecated, and may not be supported in a future version of Python."
            );
            warning::warn(t, Exc::DeprecationWarning, &message, 1)?;
            Ok(Some(parts))
        }
        None => Err(t.type_error(format!("__complex__ returned non-complex (type {name})"))),
    }
}

/// `complex(value)` for a number, as the functions of `cmath` take it.
pub fn to_complex(t: &mut Thread, value: Value) -> PyResult<Parts> {
    match number(t, value)? {
        Some(parts) => Ok(parts),
        None => {
            let name = type_of(value).name();
            Err(t.type_error(format!("must be real number, not {name}")))
        }
    }
}

/// `complex(real, imag)`, where either may be a complex number itself, which is deprecated.
fn combine(t: &mut Thread, x: Option<Value>, y: Option<Value>) -> PyResult<Parts> {
    let (mut real, mut x_complex) = ((0.0, 0.0), false);
    if let Some(x) = x {
        (real, x_complex) = part(t, x, "real")?;
    }
    let Some(y) = y else { return Ok(real) };
    let (imaginary, y_complex) = part(t, y, "imag")?;
    // (a + bi) + (c + di) * i, touching only what is there, for the sake of signed zeros.
    let re = if y_complex { real.0 - imaginary.1 } else { real.0 };
    let im = if x_complex { real.1 + imaginary.0 } else { imaginary.0 };
    Ok((re, im))
}

/// The number of one of two arguments, and whether it is a complex one.
fn part(t: &mut Thread, value: Value, name: &str) -> PyResult<(Parts, bool)> {
    if value.as_str().is_none() {
        // Only the first argument is asked for `__complex__`.
        let complex = if name == "real" { special_method(t, value)? } else { None }.or(as_complex(value));
        let found = match complex {
            Some(parts) => Some(parts),
            None => float::from_number(t, value)?.map(|f| (f, 0.0)),
        };
        if let Some(parts) = found {
            if complex.is_some() {
                let got = type_of(value).name();
                let message = format!("complex() argument '{name}' must be a real number, not {got}");
                warning::warn(t, Exc::DeprecationWarning, &message, 1)?;
            }
            return Ok((parts, complex.is_some()));
        }
    }
    let got = type_of(value).name();
    Err(t.type_error(format!("complex() argument '{name}' must be a real number, not {got}")))
}

/// `complex.from_number(number)`
pub(super) fn from_number(t: &mut Thread, args: &[Value]) -> PyResult {
    let exact = args[0] == crate::runtime::class_of_kind(crate::kind::Kind::Complex).value();
    if exact && as_exact(args[1]).is_some() {
        return Ok(args[1]);
    }
    let (real, imaginary) = to_complex(t, args[1])?;
    let value = new(t, real, imaginary);
    if exact { Ok(value) } else { call::call(t, args[0], &[value]) }
}
