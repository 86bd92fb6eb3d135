//! Division of ints: floor division and remainder of long ones, and true division, correctly rounded.

use super::{
    IntRef,
    digits::{self, Digits, Magnitude, build},
    from_i128,
    limbs::{self, Divisor, LongDivision},
    product,
};
use crate::{
    builtins::float,
    error::{Exc, PyResult},
    thread::Thread,
    value::Value,
};

/// Integers up to this magnitude are exact floats.
const EXACT: u64 = 1 << 53;

/// Quotient and remainder of magnitudes, rounded towards 0.
fn long_division(t: &mut Thread, x: &[u64], y: &[u64]) -> PyResult<(Vec<u64>, Vec<u64>)> {
    if limbs::cmp(x, y).is_lt() {
        return Ok((Vec::new(), x.to_vec()));
    }
    if let [y] = *y {
        let mut quotient = x.to_vec();
        let rest = Divisor::new(y).divide_in_place(&mut quotient);
        return Ok((quotient, vec![rest]));
    }
    if let Some(quotient) = limbs::quotient_of_tops(x, y) {
        return Ok((vec![quotient], limbs::remainder_of_quotient(x, y, quotient)));
    }
    let mut division = LongDivision::new(x, y);
    let mut quotient = vec![0; division.left()];
    let mut work = 0;
    while division.left() > 0 {
        let limb = division.step();
        quotient[division.left()] = limb;
        product::poll_after(t, &mut work, y.len())?;
    }
    Ok((quotient, division.remainder()))
}

/// The remainder of magnitudes, trimmed; `y` is not 0.
pub(super) fn remainder(t: &mut Thread, x: &[u64], y: &[u64]) -> PyResult<Vec<u64>> {
    let (_, mut rest) = long_division(t, x, y)?;
    rest.truncate(limbs::trim(&rest).len());
    Ok(rest)
}

/// Whether the quotient of numbers with these signs and this remainder is rounded away from 0, to be rounded down.
fn rounds_away(x: &Magnitude, y: &Magnitude, rest: &[u64]) -> bool {
    x.negative != y.negative && !limbs::trim(rest).is_empty()
}

fn finish_quotient(t: &mut Thread, x: &Magnitude, y: &Magnitude, mut q: Vec<u64>, rest: &[u64]) -> PyResult {
    if rounds_away(x, y, rest) {
        q.push(0);
        limbs::increment(&mut q);
    }
    digits::from_limbs(t, x.negative != y.negative, &q)
}

fn finish_remainder(t: &mut Thread, x: &Magnitude, y: &Magnitude, rest: &[u64]) -> PyResult {
    if !rounds_away(x, y, rest) {
        return digits::from_limbs(t, y.negative, rest);
    }
    let rest = limbs::trim(rest);
    build(t, y.negative, y.limbs().len(), |out| {
        limbs::sub(y.limbs(), rest, out);
        false
    })
}

/// `x // y`; `y` is not 0.
pub(super) fn floor_div(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    let (x, y) = (Magnitude::of(x), Magnitude::of(y));
    if let [divisor] = *y.limbs()
        && x.negative == y.negative
    {
        return build(t, false, x.limbs().len(), |out| {
            Divisor::new(divisor).divide_into(x.limbs(), out);
            false
        });
    }
    if y.limbs().len() > 1
        && let Some(quotient) = limbs::quotient_of_tops(x.limbs(), y.limbs())
    {
        // Something is left: a quotient below 0 is rounded down.
        let opposite = x.negative != y.negative;
        let magnitude = quotient as i128 + opposite as i128;
        return Ok(from_i128(t, if opposite { -magnitude } else { magnitude }));
    }
    let (quotient, rest) = long_division(t, x.limbs(), y.limbs())?;
    finish_quotient(t, &x, &y, quotient, &rest)
}

/// `x % y`; `y` is not 0.
pub(super) fn modulo(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    let (x, y) = (Magnitude::of(x), Magnitude::of(y));
    let rest = match *y.limbs() {
        [divisor] => return finish_remainder(t, &x, &y, &[Divisor::new(divisor).remainder(x.limbs())]),
        _ => long_division(t, x.limbs(), y.limbs())?.1,
    };
    finish_remainder(t, &x, &y, &rest)
}

/// `divmod(x, y)`; `y` is not 0.
pub(super) fn div_mod(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult<(Value, Value)> {
    let (x, y) = (Magnitude::of(x), Magnitude::of(y));
    let (quotient, rest) = long_division(t, x.limbs(), y.limbs())?;
    let quotient = finish_quotient(t, &x, &y, quotient, &rest)?;
    Ok((quotient, finish_remainder(t, &x, &y, &rest)?))
}

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
    match quotient(t, &Magnitude::of(x), &Magnitude::of(y))? {
        Some(f) => Ok(float::new(t, f)),
        None => Err(t.overflow_error("integer division result too large for a float")),
    }
}

/// The float nearest to `x / y`, ties to even; `None` beyond the range of floats. `y` is not 0.
fn quotient(t: &mut Thread, x: &Magnitude, y: &Magnitude) -> PyResult<Option<f64>> {
    let (negative, x, y) = (x.negative != y.negative, x.limbs(), y.limbs());
    if x.is_empty() {
        return Ok(Some(if negative { -0.0 } else { 0.0 }));
    }
    // A quotient of 65 or 66 bits, its lowest one set if anything is left.
    let shift = 65 - (limbs::bits(x) as i64 - limbs::bits(y) as i64);
    let shifted = |limbs: &[u64], count: u64| {
        let mut out = vec![0; limbs.len() + (count / 64) as usize + 1];
        limbs::shift_left(limbs, count, &mut out);
        out
    };
    let (q, r) = if shift >= 0 {
        long_division(t, limbs::trim(&shifted(x, shift as u64)), y)?
    } else {
        long_division(t, x, limbs::trim(&shifted(y, -shift as u64)))?
    };
    let limb = |i: usize| q.get(i).copied().unwrap_or(0) as u128;
    let q = limb(1) << 64 | limb(0) | !limbs::trim(&r).is_empty() as u128;
    Ok(scale(q, -shift).map(|f| if negative { -f } else { f }))
}

/// The float nearest to a big int, ties to even; `None` beyond the range of floats.
pub(super) fn to_f64(n: Digits) -> Option<f64> {
    let [rest @ .., low, high] = n.limbs else { return None };
    // The top 127 bits, the lowest one set if any bit below is.
    let top = (*high as u128) << 64 | *low as u128;
    let lost = top & 1 != 0 || rest.iter().any(|&limb| limb != 0);
    let f = scale(top >> 1 | lost as u128, rest.len() as i64 * 64 + 1)?;
    Some(if n.negative { -f } else { f })
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
