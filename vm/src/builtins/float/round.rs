//! Rounding floats, and floats as exact ints.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::{methods::this, new};
use crate::{
    builtins::{int, tuple},
    error::{PyResult, Raised},
    thread::Thread,
    value::Value,
};

/// The int of a float without a fraction; the errors of NaNs and infinities.
pub fn to_int(t: &mut Thread, f: f64) -> PyResult {
    if f.abs() < (1u64 << 61) as f64 {
        return Ok(Value::small(f as i64));
    }
    match BigInt::from_f64(f) {
        Some(n) => Ok(int::from_bigint(t, n)),
        None if f.is_nan() => Err(t.value_error("cannot convert float NaN to integer")),
        None => Err(t.overflow_error("cannot convert float infinity to integer")),
    }
}

pub(super) fn trunc(t: &mut Thread, args: &[Value]) -> PyResult {
    to_int(t, this(args).trunc())
}

pub(super) fn floor(t: &mut Thread, args: &[Value]) -> PyResult {
    to_int(t, this(args).floor())
}

pub(super) fn ceil(t: &mut Thread, args: &[Value]) -> PyResult {
    to_int(t, this(args).ceil())
}

/// `float.__round__(ndigits=None)`: halves go to the even neighbour.
pub(super) fn round(t: &mut Thread, args: &[Value]) -> PyResult {
    let f = this(args);
    let Some(digits) = args[1].given_not_none() else { return to_int(t, f.round_ties_even()) };
    let digits = int::index(t, digits)?;
    let digits = digits.to_i64().unwrap_or(if digits.is_negative() { i64::MIN } else { i64::MAX });
    if !f.is_finite() {
        return Ok(new(t, f));
    }
    match round_to(f, digits) {
        Some(rounded) => Ok(new(t, rounded)),
        None => Err(t.overflow_error("rounded value too large to represent")),
    }
}

/// Correct rounding to `digits` places after the decimal point, through the exact decimal expansion; `None` beyond the
/// range of floats.
fn round_to(f: f64, digits: i64) -> Option<f64> {
    // No float has more than 1074 places, and beyond 323 a float has none to lose that its neighbours do not share.
    if digits > 323 {
        return Some(f);
    }
    if digits < -308 {
        return Some(0.0f64.copysign(f));
    }
    let rounded: f64 = if digits >= 0 {
        format!("{f:.*}", digits as usize).parse().ok()?
    } else {
        // The integral part decides, with anything behind the point breaking ties.
        let unit: BigInt = num_traits::Pow::pow(BigInt::from(10), digits.unsigned_abs());
        let whole = BigInt::from_f64(f.abs().trunc())?;
        let (quotient, rest) = num_integer::Integer::div_rem(&whole, &unit);
        let twice = rest * 2u8;
        let up = twice > unit || (twice == unit && (f.fract() != 0.0 || quotient.bit(0)));
        let text = format!("{}e{}", quotient + up as u8, digits.unsigned_abs());
        let magnitude: f64 = text.parse().ok()?;
        magnitude.copysign(f)
    };
    rounded.is_finite().then_some(rounded)
}

pub(super) fn as_integer_ratio(t: &mut Thread, args: &[Value]) -> PyResult {
    let f = this(args);
    let (numerator, denominator) = integer_ratio(t, f)?;
    let n = int::from_bigint(t, numerator);
    let d = int::from_bigint(t, denominator);
    Ok(tuple::new_small(t, &[n, d]))
}

/// Numerator and denominator in lowest terms, or the errors of `float.as_integer_ratio`.
fn integer_ratio(t: &mut Thread, f: f64) -> Result<(BigInt, BigInt), Raised> {
    if f.is_nan() {
        return Err(t.value_error("cannot convert NaN to integer ratio"));
    }
    if f.is_infinite() {
        return Err(t.overflow_error("cannot convert Infinity to integer ratio"));
    }
    if f == 0.0 {
        return Ok((BigInt::ZERO, BigInt::from(1)));
    }
    let bits = f.abs().to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = match bits >> 52 {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased as i64 - 1075),
    };
    let zeros = mantissa.trailing_zeros();
    let (mantissa, exponent) = (mantissa >> zeros, exponent + zeros as i64);
    let numerator = BigInt::from(mantissa) << exponent.max(0) as u64;
    let denominator = BigInt::from(1) << (-exponent).max(0) as u64;
    Ok((if f < 0.0 { -numerator } else { numerator }, denominator))
}
