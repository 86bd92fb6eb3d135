//! Arithmetic and comparison of floats, and of floats with ints.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::{as_exact, as_float, new, operand};
use crate::{
    builtins::{
        complex,
        int::{self, IntRef},
        tuple,
    },
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

/// An exact int, bool or float.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// An int or bool.
    Int(IntRef),
    /// A float.
    Float(f64),
}

impl Number {
    /// The float, or `OverflowError` if an int is too large.
    #[inline]
    fn float(self, t: &mut Thread) -> PyResult<f64> {
        match self {
            Number::Float(f) => Ok(f),
            Number::Int(IntRef::Small(n)) => Ok(n as f64),
            Number::Int(n) => n.float(t),
        }
    }
}

/// The number of an exact int, bool or float, without looking into instances of subclasses.
#[inline]
pub fn as_number(value: Value) -> Option<Number> {
    if let Some(n) = int::as_exact_int(value) {
        return Some(Number::Int(n));
    }
    as_exact(value).map(Number::Float)
}

/// The exact order of two numbers; `None` if one is a NaN.
pub fn compare_numbers(x: Number, y: Number) -> Option<Ordering> {
    match (x, y) {
        (Number::Int(x), Number::Int(y)) => Some(x.cmp(&y)),
        (Number::Float(x), Number::Float(y)) => x.partial_cmp(&y),
        (Number::Float(f), Number::Int(n)) => compare_with_int(f, n),
        (Number::Int(n), Number::Float(f)) => compare_with_int(f, n).map(Ordering::reverse),
    }
}

fn compare_with_int(f: f64, n: IntRef) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if let IntRef::Small(n) = n
        && n.unsigned_abs() <= 1 << 53
    {
        return f.partial_cmp(&(n as f64));
    }
    let whole = f.floor();
    match BigInt::from_f64(whole) {
        None => Some(if f > 0.0 { Ordering::Greater } else { Ordering::Less }),
        Some(w) => Some(w.cmp(&n.big()).then(if f > whole { Ordering::Greater } else { Ordering::Equal })),
    }
}

/// The comparison of a float (or an instance of a subclass) with a number; `None` if the other value is none.
pub(super) fn compare_values(a: Value, b: Value, op: special::Compare) -> Option<bool> {
    let x = Number::Float(as_float(a)?);
    let y = match as_float(b) {
        Some(f) => Number::Float(f),
        None => Number::Int(int::of(b)?),
    };
    Some(match compare_numbers(x, y) {
        Some(ordering) => op.holds(ordering),
        None => op == special::Compare::Ne,
    })
}

/// `x op y`, or `None` for an operator that floats do not have.
pub fn binary(t: &mut Thread, op: BinaryOp, x: Number, y: Number) -> Option<PyResult> {
    if !matches!(op.special, ADD | SUB | MUL | TRUE_DIV | FLOOR_DIV | MOD | DIV_MOD | POW) {
        return None;
    }
    let (x, y) = match (x.float(t), y.float(t)) {
        (Ok(x), Ok(y)) => (x, y),
        (Err(raised), _) | (_, Err(raised)) => return Some(Err(raised)),
    };
    Some(binary_f64(t, op, x, y))
}

/// The operator of two values of which one is a float or an instance of a subclass; `NotImplemented` unless both are
/// ints or floats.
pub(super) fn binary_of(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    let Some(x) = operand(t, a)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(y) = operand(t, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
    binary_f64(t, op, x, y)
}

fn binary_f64(t: &mut Thread, op: BinaryOp, x: f64, y: f64) -> PyResult {
    let result = match op.special {
        ADD => x + y,
        SUB => x - y,
        MUL => x * y,
        POW => return power(t, x, y),
        _ if y == 0.0 => return Err(t.raise(Exc::ZeroDivisionError, "division by zero")),
        TRUE_DIV => x / y,
        FLOOR_DIV => div_mod(x, y).0,
        MOD => modulo(x, y),
        _ => {
            let (q, r) = div_mod(x, y);
            let (q, r) = (new(t, q), new(t, r));
            return Ok(tuple::new_small(t, &[q, r]));
        }
    };
    Ok(new(t, result))
}

/// `x % y` for a `y` other than 0: has the sign of `y`.
fn modulo(x: f64, y: f64) -> f64 {
    let r = x % y;
    if r == 0.0 {
        0.0f64.copysign(y)
    } else if (y < 0.0) != (r < 0.0) {
        r + y
    } else {
        r
    }
}

/// `divmod(x, y)` for a `y` other than 0, by the algorithm of CPython's `float_divmod`.
pub fn div_mod(x: f64, y: f64) -> (f64, f64) {
    let rest = x % y;
    let mut quotient = (x - rest) / y;
    if rest != 0.0 && (y < 0.0) != (rest < 0.0) {
        quotient -= 1.0;
    }
    let floor = if quotient == 0.0 {
        0.0f64.copysign(x / y)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    (floor, modulo(x, y))
}

/// `x ** y`: a float, or a complex number for a negative base and a fraction as exponent.
pub fn power(t: &mut Thread, x: f64, y: f64) -> PyResult {
    if y == 0.0 || x == 1.0 {
        return Ok(new(t, 1.0));
    }
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(t.raise(Exc::ZeroDivisionError, "zero to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return complex::power(t, (x, 0.0), (y, 0.0));
    }
    let result = x.powf(y);
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range_error(t));
    }
    Ok(new(t, result))
}

/// `OverflowError: (34, 'Numerical result out of range')`
#[cold]
fn range_error(t: &mut Thread) -> crate::error::Raised {
    let text = t.new_str("Numerical result out of range");
    t.raise_args(Exc::OverflowError, &[Value::small(34), text])
}
