//! The binary operators of ints.

use std::cmp::Ordering;

use num_integer::Integer;

use super::{
    IntRef, MAX_BITS,
    digits::{self, Magnitude, build},
    divide, from_i64, from_i128, limbs, of, power, product,
};
use crate::{
    builtins::tuple,
    error::{Exc, PyResult, Raised},
    special::{self, BinaryOp},
    thread::Thread,
    value::Value,
};

const ADD: u8 = special::ADD.special;
const SUB: u8 = special::SUB.special;
const MUL: u8 = special::MUL.special;
const TRUE_DIV: u8 = special::TRUE_DIV.special;
const FLOOR_DIV: u8 = special::FLOOR_DIV.special;
const MOD: u8 = special::MOD.special;
const DIV_MOD: u8 = special::DIV_MOD.special;
const POW: u8 = special::POW.special;
const L_SHIFT: u8 = special::L_SHIFT.special;
const R_SHIFT: u8 = special::R_SHIFT.special;
const AND: u8 = special::AND.special;
const OR: u8 = special::OR.special;
const XOR: u8 = special::XOR.special;

/// `x op y`, or `None` for an operator that ints do not have.
pub fn binary(t: &mut Thread, op: BinaryOp, x: IntRef, y: IntRef) -> Option<PyResult> {
    Some(match op.special {
        ADD => add(t, x, y),
        SUB => sub(t, x, y),
        MUL => mul(t, x, y),
        TRUE_DIV => divide::true_divide(t, x, y),
        FLOOR_DIV => floor_div(t, x, y),
        MOD => modulo(t, x, y),
        DIV_MOD => div_mod(t, x, y),
        POW => power::power(t, x, y),
        L_SHIFT => left_shift(t, x, y),
        R_SHIFT => right_shift(t, x, y),
        AND => bitwise(t, x, y, |x, y| x & y),
        OR => bitwise(t, x, y, |x, y| x | y),
        XOR => bitwise(t, x, y, |x, y| x ^ y),
        _ => return None,
    })
}

/// The operator of two values that are ints, bools or instances of subclasses; otherwise `NotImplemented`.
pub fn binary_of(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    match (of(a), of(b)) {
        (Some(x), Some(y)) => binary(t, op, x, y).unwrap_or(Ok(Value::NOT_IMPLEMENTED)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Both numbers, if neither has more than 128 bits.
#[inline]
fn wide(x: IntRef, y: IntRef) -> Option<(i128, i128)> {
    Some((x.to_i128()?, y.to_i128()?))
}

/// The only division of 128-bit numbers whose quotient does not fit.
const OVERFLOW: (i128, i128) = (i128::MIN, -1);

fn add(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    match wide(x, y).and_then(|(x, y)| x.checked_add(y)) {
        Some(n) => Ok(from_i128(t, n)),
        None => sum(t, Magnitude::of(x), Magnitude::of(y)),
    }
}

/// `x - y`
pub(super) fn sub(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if let Some(n) = wide(x, y).and_then(|(x, y)| x.checked_sub(y)) {
        return Ok(from_i128(t, n));
    }
    let mut y = Magnitude::of(y);
    y.negative = !y.negative;
    sum(t, Magnitude::of(x), y)
}

fn sum(t: &mut Thread, x: Magnitude, y: Magnitude) -> PyResult {
    let (a, b) = (x.limbs(), y.limbs());
    if x.negative == y.negative {
        let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
        return build(t, x.negative, long.len() + 1, |out| {
            limbs::add(long, short, out);
            false
        });
    }
    let (negative, large, small) = match limbs::cmp(a, b) {
        Ordering::Equal => return Ok(Value::ZERO),
        Ordering::Greater => (x.negative, a, b),
        Ordering::Less => (y.negative, b, a),
    };
    build(t, negative, large.len(), |out| {
        limbs::sub(large, small, out);
        false
    })
}

/// The magnitude of `n` with this sign.
pub(super) fn with_sign(t: &mut Thread, n: IntRef, negative: bool) -> PyResult {
    digits::from_limbs(t, negative, Magnitude::of(n).limbs())
}

/// `x * y`
pub(super) fn mul(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if let (IntRef::Small(x), IntRef::Small(y)) = (x, y) {
        return Ok(from_i128(t, x as i128 * y as i128));
    }
    if x.bits() + y.bits() > MAX_BITS {
        return Err(t.memory_error());
    }
    let (x, y) = (Magnitude::of(x), Magnitude::of(y));
    let (negative, a, b) = (x.negative != y.negative, x.limbs(), y.limbs());
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    if short.is_empty() {
        return Ok(Value::ZERO);
    }
    if short.len() < limbs::SHORT_FACTOR {
        return build(t, negative, long.len() + short.len(), |out| {
            limbs::mul(long, short, out);
            false
        });
    }
    let product = product::product(t, long, short)?;
    digits::from_limbs(t, negative, &product)
}

fn bitwise(t: &mut Thread, x: IntRef, y: IntRef, op: fn(u128, u128) -> u128) -> PyResult {
    if let Some((x, y)) = wide(x, y) {
        return Ok(from_i128(t, op(x as u128, y as u128) as i128));
    }
    let (x, y) = (Magnitude::of(x), Magnitude::of(y));
    let (a, b) = (x.limbs(), y.limbs());
    if !x.negative && !y.negative {
        return build(t, false, a.len().max(b.len()), |out| {
            let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
            for ((out, &x), &y) in out.iter_mut().zip(long).zip(short) {
                *out = op(x as u128, y as u128) as u64;
            }
            for (out, &x) in out.iter_mut().zip(long).skip(short.len()) {
                *out = op(x as u128, 0) as u64;
            }
            false
        });
    }
    // One limb more holds the sign.
    build(t, false, a.len().max(b.len()) + 1, |out| {
        let pairs = limbs::twos_complement(a, x.negative).zip(limbs::twos_complement(b, y.negative));
        for (out, (x, y)) in out.iter_mut().zip(pairs) {
            *out = op(x as u128, y as u128) as u64;
        }
        let negative = out.last().is_some_and(|&top| top >> 63 != 0);
        if negative {
            limbs::negate(out);
        }
        negative
    })
}

#[cold]
fn division_by_zero(t: &mut Thread) -> Raised {
    t.raise(Exc::ZeroDivisionError, "division by zero")
}

/// Both numbers if neither has more than 128 bits and their division does not overflow.
#[inline]
fn wide_division(x: IntRef, y: IntRef) -> Option<(i128, i128)> {
    wide(x, y).filter(|&pair| pair != OVERFLOW)
}

fn floor_div(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_zero() {
        return Err(division_by_zero(t));
    }
    match wide_division(x, y) {
        Some((x, y)) => Ok(from_i128(t, Integer::div_floor(&x, &y))),
        None => divide::floor_div(t, x, y),
    }
}

fn modulo(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_zero() {
        return Err(division_by_zero(t));
    }
    match wide_division(x, y) {
        Some((x, y)) => Ok(from_i128(t, Integer::mod_floor(&x, &y))),
        None => divide::modulo(t, x, y),
    }
}

fn div_mod(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_zero() {
        return Err(division_by_zero(t));
    }
    let (q, r) = match wide_division(x, y) {
        Some((x, y)) => {
            let (q, r) = Integer::div_mod_floor(&x, &y);
            (from_i128(t, q), from_i128(t, r))
        }
        None => divide::div_mod(t, x, y)?,
    };
    Ok(tuple::new_small(t, &[q, r]))
}

fn left_shift(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_negative() {
        return Err(t.value_error("negative shift count"));
    }
    if x.is_zero() {
        return Ok(Value::ZERO);
    }
    let Some(count) = y.to_i64() else { return Err(t.overflow_error("too many digits in integer")) };
    let count = count as u64;
    if count.saturating_add(x.bits()) > MAX_BITS {
        return Err(t.memory_error());
    }
    match x {
        IntRef::Small(n) if count < 64 => return Ok(from_i128(t, (n as i128) << count)),
        IntRef::Wide(n) if count < 64 && n.unsigned_abs().leading_zeros() as u64 > count => {
            return Ok(from_i128(t, n << count));
        }
        _ => {}
    }
    let x = Magnitude::of(x);
    build(t, x.negative, x.limbs().len() + (count / 64) as usize + 1, |out| {
        limbs::shift_left(x.limbs(), count, out);
        false
    })
}

fn right_shift(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_negative() {
        return Err(t.value_error("negative shift count"));
    }
    let sign = if x.is_negative() { -1 } else { 0 };
    let Some(count) = y.to_i64() else { return Ok(Value::small(sign)) };
    match x {
        IntRef::Small(n) => Ok(from_i64(t, n >> count.min(63))),
        IntRef::Wide(n) => Ok(from_i128(t, n >> count.min(127))),
        IntRef::Big(n) if count as u64 >= limbs::bits(n.limbs) => Ok(Value::small(sign)),
        IntRef::Big(n) => {
            let left = n.limbs.len() - (count / 64) as usize;
            // Rounding down takes a negative number away from 0, maybe by a limb.
            build(t, n.negative, left + n.negative as usize, |out| {
                out[left..].fill(0);
                if limbs::shift_right(n.limbs, count as u64, &mut out[..left]) && n.negative {
                    limbs::increment(out);
                }
                false
            })
        }
    }
}
