//! Functions that take floats apart, and roundings.

use pystm_vm::{
    builtins::{float, int, tuple},
    error::{Exc, PyResult},
    protocol::call,
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

use super::{range_error, real};

/// `floor` or `ceil`: by the special method if there is one, or else of the float.
fn rounded(t: &mut Thread, value: Value, special: Special, round: fn(f64) -> f64) -> PyResult {
    if float::as_exact(value).is_none()
        && let Some(result) = call::call_special(t, value, special, &[])?
    {
        return Ok(result);
    }
    let x = real(t, value)?;
    float::to_int(t, round(x))
}

pub(super) fn ceil(t: &mut Thread, args: &[Value]) -> PyResult {
    rounded(t, args[0], Special::Ceil, f64::ceil)
}

pub(super) fn floor(t: &mut Thread, args: &[Value]) -> PyResult {
    rounded(t, args[0], Special::Floor, f64::floor)
}

pub(super) fn trunc(t: &mut Thread, args: &[Value]) -> PyResult {
    if let Some(x) = float::as_exact(args[0]) {
        return float::to_int(t, x.trunc());
    }
    match call::call_special(t, args[0], Special::Trunc, &[])? {
        Some(result) => Ok(result),
        None => {
            let name = type_of(args[0]).name();
            Err(t.type_error(format!("type {name} doesn't define __trunc__ method")))
        }
    }
}

pub(super) fn fma(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?;
    let y = real(t, args[1])?;
    let z = real(t, args[2])?;
    let r = x.mul_add(y, z);
    if r.is_nan() && ![x, y, z].iter().any(|f| f.is_nan()) {
        return Err(t.value_error("invalid operation in fma"));
    }
    if r.is_infinite() && [x, y, z].iter().all(|f| f.is_finite()) {
        return Err(t.raise(Exc::OverflowError, "overflow in fma"));
    }
    Ok(float::new(t, r))
}

pub(super) fn frexp(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?;
    let (mantissa, exponent) = split(x);
    let mantissa = float::new(t, mantissa);
    Ok(tuple::new_small(t, &[mantissa, Value::small(exponent)]))
}

/// Mantissa in `0.5..1.0` and exponent; 0, infinities and NaNs are their own mantissa.
pub(super) fn split(x: f64) -> (f64, i64) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    // A subnormal number is made a normal one first.
    let (scaled, shift) = if x.abs() < f64::MIN_POSITIVE { (x * 18014398509481984.0, 54) } else { (x, 0) };
    let bits = scaled.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i64 - 1022;
    (f64::from_bits(bits & !(0x7FF << 52) | 1022 << 52), exponent - shift)
}

/// `x * 2**exponent`, rounded once.
pub(super) fn scaled(x: f64, exponent: i64) -> f64 {
    let (mantissa, own) = split(x);
    let exponent = exponent.saturating_add(own);
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    if exponent > 1024 {
        return f64::INFINITY.copysign(x);
    }
    if exponent < -1075 {
        return 0.0f64.copysign(x);
    }
    let power = |n: i64| f64::from_bits(((n + 1023) as u64) << 52);
    if exponent >= -1021 {
        return mantissa * 2.0 * power(exponent - 1);
    }
    // The first step keeps the number normal, so that only the second rounds.
    mantissa * power(-1000) * power(exponent + 1000)
}

pub(super) fn ldexp(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?;
    let Some(exponent) = int::of(args[1]) else {
        return Err(t.type_error("Expected an int as second argument to ldexp."));
    };
    let exponent = exponent.to_i64().unwrap_or(if exponent.is_negative() { i64::MIN } else { i64::MAX });
    let r = scaled(x, exponent);
    if r.is_infinite() && x.is_finite() {
        return Err(range_error(t));
    }
    Ok(float::new(t, r))
}

pub(super) fn modf(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?;
    let fraction = if x.is_infinite() { 0.0 } else { x.fract() };
    let fraction = float::new(t, fraction.copysign(x));
    let whole = float::new(t, x.trunc());
    Ok(tuple::new_small(t, &[fraction, whole]))
}

/// The float `steps` steps after `x` towards `y`.
fn step(x: f64, y: f64, steps: u64) -> f64 {
    const SIGN: u64 = 1 << 63;
    if steps == 0 || x.is_nan() {
        return x;
    }
    if y.is_nan() || x == y {
        return y;
    }
    let (ux, uy) = (x.to_bits(), y.to_bits());
    let (ax, ay) = (ux & !SIGN, uy & !SIGN);
    let bits = if (ux ^ uy) & SIGN != 0 {
        if ax + ay <= steps {
            return y;
        }
        if ax < steps { uy & SIGN | (steps - ax) } else { ux - steps }
    } else if ax > ay {
        if ax - ay < steps {
            return y;
        }
        ux - steps
    } else {
        if ay - ax < steps {
            return y;
        }
        ux + steps
    };
    f64::from_bits(bits)
}

pub(super) fn nextafter(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?;
    let y = real(t, args[1])?;
    let steps = match args[2].given_not_none() {
        None => {
            let r = step(x, y, 1);
            // The C library comes to a zero of the sign that it comes from.
            return Ok(float::new(t, if r == 0.0 && x != y { r.copysign(x) } else { r }));
        }
        Some(v) => {
            let n = int::index(t, v)?;
            if n.is_negative() {
                return Err(t.value_error("steps must be a non-negative integer"));
            }
            n.to_i64().map_or(u64::MAX, |n| n as u64)
        }
    };
    Ok(float::new(t, step(x, y, steps)))
}

pub(super) fn ulp(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?.abs();
    if !x.is_finite() {
        return Ok(float::new(t, x));
    }
    let above = step(x, f64::INFINITY, 1);
    Ok(float::new(t, if above.is_finite() { above - x } else { x - step(x, 0.0, 1) }))
}

pub(super) fn isclose(t: &mut Thread, args: &[Value]) -> PyResult {
    let a = real(t, args[0])?;
    let b = real(t, args[1])?;
    let relative = match args[2].given() {
        Some(v) => real(t, v)?,
        None => 1e-9,
    };
    let absolute = match args[3].given() {
        Some(v) => real(t, v)?,
        None => 0.0,
    };
    if relative < 0.0 || absolute < 0.0 {
        return Err(t.value_error("tolerances must be non-negative"));
    }
    let difference = (b - a).abs();
    let close = a == b
        || (a.is_finite() || a.is_nan())
            && (b.is_finite() || b.is_nan())
            && (difference <= (relative * b).abs()
                || difference <= (relative * a).abs()
                || difference <= absolute);
    Ok(Value::bool(close))
}

pub(super) fn isfinite(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(real(t, args[0])?.is_finite()))
}

pub(super) fn isinf(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(real(t, args[0])?.is_infinite()))
}

pub(super) fn isnan(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(real(t, args[0])?.is_nan()))
}
