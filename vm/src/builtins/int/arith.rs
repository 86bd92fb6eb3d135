//! The binary operators of ints.

use num_bigint::BigInt;
use num_integer::Integer;

use super::{IntRef, MAX_BITS, divide, from_bigint, from_i64, from_i128, of, power};
use crate::{
    builtins::tuple,
    error::{Exc, PyResult},
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
        ADD => Ok(add(t, x, y)),
        SUB => Ok(sub(t, x, y)),
        MUL => mul(t, x, y),
        TRUE_DIV => divide::true_divide(t, x, y),
        FLOOR_DIV => floor_div(t, x, y),
        MOD => modulo(t, x, y),
        DIV_MOD => div_mod(t, x, y),
        POW => power::power(t, x, y),
        L_SHIFT => left_shift(t, x, y),
        R_SHIFT => right_shift(t, x, y),
        AND => Ok(bitwise(t, x, y, |x, y| x & y, |x, y| x & y)),
        OR => Ok(bitwise(t, x, y, |x, y| x | y, |x, y| x | y)),
        XOR => Ok(bitwise(t, x, y, |x, y| x ^ y, |x, y| x ^ y)),
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

fn add(t: &mut Thread, x: IntRef, y: IntRef) -> Value {
    if let Some(n) = wide(x, y).and_then(|(x, y)| x.checked_add(y)) {
        return from_i128(t, n);
    }
    match (x, y) {
        (IntRef::Small(n), IntRef::Big(b)) | (IntRef::Big(b), IntRef::Small(n)) => from_bigint(t, b + n),
        _ => from_bigint(t, &*x.big() + &*y.big()),
    }
}

fn sub(t: &mut Thread, x: IntRef, y: IntRef) -> Value {
    if let Some(n) = wide(x, y).and_then(|(x, y)| x.checked_sub(y)) {
        return from_i128(t, n);
    }
    match (x, y) {
        (IntRef::Small(x), IntRef::Big(y)) => from_bigint(t, x - y),
        (IntRef::Big(x), IntRef::Small(y)) => from_bigint(t, x - y),
        _ => from_bigint(t, &*x.big() - &*y.big()),
    }
}

fn mul(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if let Some(n) = wide(x, y).and_then(|(x, y)| x.checked_mul(y)) {
        return Ok(from_i128(t, n));
    }
    Ok(match (x, y) {
        (IntRef::Small(n), IntRef::Big(b)) | (IntRef::Big(b), IntRef::Small(n)) => from_bigint(t, b * n),
        _ if x.bits() + y.bits() > MAX_BITS => return Err(t.memory_error()),
        _ => from_bigint(t, &*x.big() * &*y.big()),
    })
}

fn bitwise(
    t: &mut Thread,
    x: IntRef,
    y: IntRef,
    small: fn(i128, i128) -> i128,
    big: fn(&BigInt, &BigInt) -> BigInt,
) -> Value {
    match wide(x, y) {
        Some((x, y)) => from_i128(t, small(x, y)),
        None => from_bigint(t, big(&x.big(), &y.big())),
    }
}

fn floor_div(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_zero() {
        return Err(t.raise(Exc::ZeroDivisionError, "division by zero"));
    }
    Ok(match wide(x, y) {
        Some((x, y)) if (x, y) != OVERFLOW => from_i128(t, Integer::div_floor(&x, &y)),
        _ => from_bigint(t, x.big().div_floor(&y.big())),
    })
}

fn modulo(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_zero() {
        return Err(t.raise(Exc::ZeroDivisionError, "division by zero"));
    }
    Ok(match wide(x, y) {
        Some((x, y)) if (x, y) != OVERFLOW => from_i128(t, Integer::mod_floor(&x, &y)),
        _ => from_bigint(t, x.big().mod_floor(&y.big())),
    })
}

fn div_mod(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_zero() {
        return Err(t.raise(Exc::ZeroDivisionError, "division by zero"));
    }
    let (q, r) = match wide(x, y) {
        Some((x, y)) if (x, y) != OVERFLOW => {
            let (q, r) = Integer::div_mod_floor(&x, &y);
            (from_i128(t, q), from_i128(t, r))
        }
        _ => {
            let (q, r) = x.big().div_mod_floor(&y.big());
            (from_bigint(t, q), from_bigint(t, r))
        }
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
    Ok(match x {
        IntRef::Small(n) if count < 64 => from_i128(t, (n as i128) << count),
        IntRef::Wide(n) if count < 64 && n.unsigned_abs().leading_zeros() as u64 > count => {
            from_i128(t, n << count)
        }
        _ => from_bigint(t, x.big().into_owned() << count),
    })
}

fn right_shift(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_negative() {
        return Err(t.value_error("negative shift count"));
    }
    let sign = if x.is_negative() { -1 } else { 0 };
    let Some(count) = y.to_i64() else { return Ok(Value::small(sign)) };
    Ok(match x {
        IntRef::Small(n) => from_i64(t, n >> count.min(63)),
        IntRef::Wide(n) => from_i128(t, n >> count.min(127)),
        IntRef::Big(n) if count as u64 >= n.bits() => Value::small(sign),
        IntRef::Big(n) => from_bigint(t, n >> count as u64),
    })
}
