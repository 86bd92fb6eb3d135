//! Arithmetic of complex numbers; the mixed cases with real numbers follow C23 (Annex G), as CPython 3.14 does.

use super::{Operand, Parts, new, operand};
use crate::{
    error::{Exc, PyResult},
    special::{self, BinaryOp},
    thread::Thread,
    value::Value,
};

const ADD: u8 = special::ADD.special;
const SUB: u8 = special::SUB.special;
const MUL: u8 = special::MUL.special;
const TRUE_DIV: u8 = special::TRUE_DIV.special;

/// The operator of two values of which one is a complex number; `NotImplemented` unless both are numbers.
pub(super) fn binary_of(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    let Some(x) = operand(t, a)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(y) = operand(t, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let (real, imaginary) = match op.special {
        ADD => add(x, y),
        SUB => sub(x, y),
        MUL => mul(x, y),
        TRUE_DIV if y.parts() == (0.0, 0.0) => {
            return Err(t.raise(Exc::ZeroDivisionError, "division by zero"));
        }
        TRUE_DIV => div(x, y),
        _ => return power(t, x.parts(), y.parts()),
    };
    Ok(new(t, real, imaginary))
}

fn add(x: Operand, y: Operand) -> Parts {
    match (x, y) {
        (Operand::Complex((a, b)), Operand::Real(c)) | (Operand::Real(c), Operand::Complex((a, b))) => {
            (a + c, b)
        }
        _ => (x.parts().0 + y.parts().0, x.parts().1 + y.parts().1),
    }
}

fn sub(x: Operand, y: Operand) -> Parts {
    match (x, y) {
        (Operand::Complex((a, b)), Operand::Real(c)) => (a - c, b),
        (Operand::Real(a), Operand::Complex((c, d))) => (a - c, -d),
        _ => (x.parts().0 - y.parts().0, x.parts().1 - y.parts().1),
    }
}

fn mul(x: Operand, y: Operand) -> Parts {
    match (x, y) {
        (Operand::Complex((a, b)), Operand::Real(c)) | (Operand::Real(c), Operand::Complex((a, b))) => {
            (a * c, b * c)
        }
        _ => product(x.parts(), y.parts()),
    }
}

/// The product, with infinities recovered where the formula gives only NaNs.
pub(super) fn product((mut a, mut b): Parts, (mut c, mut d): Parts) -> Parts {
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let (real, imaginary) = (ac - bd, ad + bc);
    if !(real.is_nan() && imaginary.is_nan()) {
        return (real, imaginary);
    }
    let mut recalculate = false;
    let zero_nan = |f: &mut f64| {
        if f.is_nan() {
            *f = 0.0f64.copysign(*f);
        }
    };
    let unit = |f: f64| (if f.is_infinite() { 1.0f64 } else { 0.0 }).copysign(f);
    if a.is_infinite() || b.is_infinite() {
        (a, b) = (unit(a), unit(b));
        zero_nan(&mut c);
        zero_nan(&mut d);
        recalculate = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (c, d) = (unit(c), unit(d));
        zero_nan(&mut a);
        zero_nan(&mut b);
        recalculate = true;
    }
    if !recalculate && [ac, bd, ad, bc].iter().any(|f| f.is_infinite()) {
        [&mut a, &mut b, &mut c, &mut d].into_iter().for_each(zero_nan);
        recalculate = true;
    }
    if recalculate {
        (f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c))
    } else {
        (real, imaginary)
    }
}

fn div(x: Operand, y: Operand) -> Parts {
    match (x, y) {
        (Operand::Complex((a, b)), Operand::Real(c)) => (a / c, b / c),
        (Operand::Real(a), Operand::Complex(y)) => real_quotient(a, y),
        _ => quotient(x.parts(), y.parts()),
    }
}

/// `a / (c + di)`
fn real_quotient(a: f64, (c, d): Parts) -> Parts {
    let (mut real, mut imaginary);
    if c.abs() >= d.abs() {
        let ratio = d / c;
        let denominator = c + d * ratio;
        (real, imaginary) = (a / denominator, (-a * ratio) / denominator);
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        (real, imaginary) = ((a * ratio) / denominator, (-a) / denominator);
    } else {
        (real, imaginary) = (f64::NAN, f64::NAN);
    }
    if real.is_nan() && imaginary.is_nan() && a.is_finite() && (c.is_infinite() || d.is_infinite()) {
        let x = (if c.is_infinite() { 1.0f64 } else { 0.0 }).copysign(c);
        let y = (if d.is_infinite() { 1.0f64 } else { 0.0 }).copysign(d);
        real = 0.0 * (a * x);
        imaginary = 0.0 * (-a * y);
    }
    (real, imaginary)
}

/// The quotient by Smith's method, with infinities and zeros recovered where it gives only NaNs.
pub(super) fn quotient((a, b): Parts, (c, d): Parts) -> Parts {
    let (mut real, mut imaginary);
    if c.abs() >= d.abs() {
        let ratio = d / c;
        let denominator = c + d * ratio;
        (real, imaginary) = ((a + b * ratio) / denominator, (b - a * ratio) / denominator);
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        (real, imaginary) = ((a * ratio + b) / denominator, (b * ratio - a) / denominator);
    } else {
        (real, imaginary) = (f64::NAN, f64::NAN);
    }
    let unit = |f: f64| (if f.is_infinite() { 1.0f64 } else { 0.0 }).copysign(f);
    if real.is_nan() && imaginary.is_nan() {
        if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
            let (x, y) = (unit(a), unit(b));
            real = f64::INFINITY * (x * c + y * d);
            imaginary = f64::INFINITY * (y * c - x * d);
        } else if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
            let (x, y) = (unit(c), unit(d));
            real = 0.0 * (a * x + b * y);
            imaginary = 0.0 * (b * x - a * y);
        }
    }
    (real, imaginary)
}

/// `x ** y`: small whole exponents by multiplication, others by polar coordinates.
pub fn power(t: &mut Thread, x: Parts, y: Parts) -> PyResult {
    let exponent = y.0;
    let result = if y.1 == 0.0 && exponent == exponent.floor() && exponent.abs() <= 100.0 {
        integer_power(x, exponent as i64)
    } else {
        polar_power(x, y)
    };
    let Some((real, imaginary)) = result else {
        return Err(t.raise(Exc::ZeroDivisionError, "zero to a negative or complex power"));
    };
    if real.is_infinite() || imaginary.is_infinite() {
        return Err(t.overflow_error("complex exponentiation"));
    }
    Ok(new(t, real, imaginary))
}

fn integer_power(x: Parts, n: i64) -> Option<Parts> {
    if n > 0 {
        return Some(unsigned_power(x, n as u64));
    }
    if n == 0 {
        return Some((1.0, 0.0));
    }
    match unsigned_power(x, n.unsigned_abs()) {
        (0.0, 0.0) => None,
        power => Some(quotient((1.0, 0.0), power)),
    }
}

fn unsigned_power(x: Parts, n: u64) -> Parts {
    let mut result = (1.0, 0.0);
    let mut square = x;
    let mut mask = 1;
    while mask <= n {
        if n & mask != 0 {
            result = product(result, square);
        }
        mask <<= 1;
        square = product(square, square);
    }
    result
}

fn polar_power(x: Parts, y: Parts) -> Option<Parts> {
    if y == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if x == (0.0, 0.0) {
        return if y.1 != 0.0 || y.0 < 0.0 { None } else { Some((0.0, 0.0)) };
    }
    let magnitude = x.0.hypot(x.1);
    let angle = x.1.atan2(x.0);
    let mut len = magnitude.powf(y.0);
    let mut phase = angle * y.0;
    if y.1 != 0.0 {
        len *= (-angle * y.1).exp();
        phase += y.1 * magnitude.ln();
    }
    // An infinite angle has no cosine.
    if phase.is_infinite() { None } else { Some((len * phase.cos(), len * phase.sin())) }
}

/// `abs(complex)`; `None` is `OverflowError: absolute value too large`.
pub fn absolute((real, imaginary): Parts) -> Option<f64> {
    let result = real.hypot(imaginary);
    if result.is_infinite() && real.is_finite() && imaginary.is_finite() { None } else { Some(result) }
}
