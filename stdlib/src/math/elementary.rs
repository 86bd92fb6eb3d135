//! Functions of floats that the C library computes.

use pystm_vm::{builtins::float, error::PyResult, thread::Thread, value::Value};

use super::{domain_error, range_error, real, unexpected};

mod c {
    // SAFETY: the signatures are those of the C library; the functions have no preconditions.
    unsafe extern "C" {
        pub(super) safe fn acosh(x: f64) -> f64;
        pub(super) safe fn asinh(x: f64) -> f64;
        pub(super) safe fn atanh(x: f64) -> f64;
        pub(super) safe fn erf(x: f64) -> f64;
        pub(super) safe fn erfc(x: f64) -> f64;
        pub(super) safe fn remainder(x: f64, y: f64) -> f64;
    }
}

/// Whether an infinite result is an overflow or the value at a pole.
#[derive(Clone, Copy, PartialEq)]
enum Infinite {
    Overflow,
    Pole,
}

/// A function of one float. Results that are NaN or infinite while the argument is not are errors.
fn unary(t: &mut Thread, args: &[Value], f: fn(f64) -> f64, infinite: Infinite, expected: &str) -> PyResult {
    let x = real(t, args[0])?;
    let r = f(x);
    if r.is_finite() {
        return Ok(float::new(t, r));
    }
    if r.is_infinite() && x.is_finite() && infinite == Infinite::Overflow {
        return Err(range_error(t));
    }
    if (r.is_nan() && !x.is_nan()) || (r.is_infinite() && x.is_finite()) {
        return Err(if expected.is_empty() { domain_error(t) } else { unexpected(t, expected, x) });
    }
    Ok(float::new(t, r))
}

/// A function of two floats. A NaN from arguments that are none is an error.
fn binary(t: &mut Thread, args: &[Value], f: fn(f64, f64) -> f64) -> PyResult {
    let x = real(t, args[0])?;
    let y = real(t, args[1])?;
    let r = f(x, y);
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(t));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range_error(t));
    }
    Ok(float::new(t, r))
}

const UNIT: &str = "a number in range from -1 up to 1";
const FINITE: &str = "a finite input";

pub(super) fn acos(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::acos, Infinite::Pole, UNIT)
}

pub(super) fn acosh(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, |x| c::acosh(x), Infinite::Pole, "argument value not less than 1")
}

pub(super) fn asin(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::asin, Infinite::Pole, UNIT)
}

pub(super) fn asinh(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, |x| c::asinh(x), Infinite::Pole, "")
}

pub(super) fn atan(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::atan, Infinite::Pole, "")
}

pub(super) fn atan2(t: &mut Thread, args: &[Value]) -> PyResult {
    binary(t, args, f64::atan2)
}

pub(super) fn atanh(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, |x| c::atanh(x), Infinite::Pole, "a number between -1 and 1")
}

pub(super) fn cbrt(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::cbrt, Infinite::Pole, "")
}

pub(super) fn copysign(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?;
    let y = real(t, args[1])?;
    Ok(float::new(t, x.copysign(y)))
}

pub(super) fn cos(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::cos, Infinite::Pole, FINITE)
}

pub(super) fn cosh(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::cosh, Infinite::Overflow, "")
}

pub(super) fn degrees(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?;
    Ok(float::new(t, x * (180.0 / std::f64::consts::PI)))
}

pub(super) fn radians(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?;
    Ok(float::new(t, x * (std::f64::consts::PI / 180.0)))
}

pub(super) fn erf(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, |x| c::erf(x), Infinite::Pole, "")
}

pub(super) fn erfc(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, |x| c::erfc(x), Infinite::Pole, "")
}

pub(super) fn exp(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::exp, Infinite::Overflow, "")
}

pub(super) fn exp2(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::exp2, Infinite::Overflow, "")
}

pub(super) fn expm1(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::exp_m1, Infinite::Overflow, "")
}

pub(super) fn fabs(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::abs, Infinite::Pole, "")
}

pub(super) fn fmod(t: &mut Thread, args: &[Value]) -> PyResult {
    binary(t, args, |x, y| x % y)
}

pub(super) fn log1p(t: &mut Thread, args: &[Value]) -> PyResult {
    // The C library may lose the sign of a zero.
    unary(t, args, |x| if x == 0.0 { x } else { x.ln_1p() }, Infinite::Pole, "argument value > -1")
}

pub(super) fn pow(t: &mut Thread, args: &[Value]) -> PyResult {
    let x = real(t, args[0])?;
    let y = real(t, args[1])?;
    let r = x.powf(y);
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(t));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(if x == 0.0 { domain_error(t) } else { range_error(t) });
    }
    Ok(float::new(t, r))
}

pub(super) fn remainder(t: &mut Thread, args: &[Value]) -> PyResult {
    binary(t, args, |x, y| c::remainder(x, y))
}

pub(super) fn sin(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::sin, Infinite::Pole, FINITE)
}

pub(super) fn sinh(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::sinh, Infinite::Overflow, "")
}

pub(super) fn sqrt(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::sqrt, Infinite::Pole, "a nonnegative input")
}

pub(super) fn tan(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::tan, Infinite::Pole, FINITE)
}

pub(super) fn tanh(t: &mut Thread, args: &[Value]) -> PyResult {
    unary(t, args, f64::tanh, Infinite::Pole, "")
}
