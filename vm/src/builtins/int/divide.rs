//! True division of ints, correctly rounded.

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

use super::IntRef;
use crate::{
    builtins::float,
    error::{Exc, PyResult},
    thread::Thread,
};

/// Integers up to this magnitude are exact floats.
const EXACT: u64 = 1 << 53;

/// `x / y`
pub fn true_divide(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_zero() {
        return Err(t.raise(Exc::ZeroDivisionError, "division by zero"));
    }
    if let (IntRef::Small(x), IntRef::Small(y)) = (x, y)
        && x.unsigned_abs() <= EXACT
        && y.unsigned_abs() <= EXACT
    {
        return Ok(float::new(t, x as f64 / y as f64));
    }
    match quotient(&x.big(), &y.big()) {
        Some(f) => Ok(float::new(t, f)),
        None => Err(t.overflow_error("integer division result too large for a float")),
    }
}

/// The float nearest to `x / y`, ties to even; `None` beyond the range of floats. `y` is not 0.
pub fn quotient(x: &BigInt, y: &BigInt) -> Option<f64> {
    let negative = (x.sign() == Sign::Minus) != (y.sign() == Sign::Minus);
    if x.is_zero() {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let (x, y) = (x.magnitude(), y.magnitude());
    // A quotient of 65 or 66 bits, its lowest one set if anything is left.
    let shift = 65 - (x.bits() as i64 - y.bits() as i64);
    let (q, r) = if shift >= 0 { (x << shift as u64).div_rem(y) } else { x.div_rem(&(y << (-shift) as u64)) };
    let q = q.to_u128().unwrap_or(u128::MAX) | !r.is_zero() as u128;
    let f = scale(q, -shift)?;
    Some(if negative { -f } else { f })
}

/// `m * 2**exponent` rounded to the nearest float, ties to even; `None` beyond the range of floats. `m` has at most 127
/// bits and is not 0.
pub fn scale(m: u128, exponent: i64) -> Option<f64> {
    let bits = 128 - m.leading_zeros() as i64;
    let top = bits + exponent;
    if top > 1024 {
        return None;
    }
    if top < -1074 {
        return Some(0.0);
    }
    let keep = 53.min(top + 1074).max(0);
    let drop = bits - keep;
    let (mantissa, exponent) = if drop <= 0 {
        (m, exponent)
    } else {
        let (low, half) = (m & ((1 << drop) - 1), 1u128 << (drop - 1));
        let mantissa = m >> drop;
        let up = low > half || (low == half && mantissa & 1 == 1);
        (mantissa + up as u128, exponent + drop)
    };
    // Exact: the mantissa has 53 bits at most, and neither factor takes it out of range before the result is.
    let first = exponent / 2;
    let f = mantissa as f64 * power_of_two(first) * power_of_two(exponent - first);
    f.is_finite().then_some(f)
}

/// `2.0**n` for a normal result.
fn power_of_two(n: i64) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}
