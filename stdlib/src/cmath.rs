//! `cmath`.

mod functions;
mod special;

use pystm_vm::{
    builtins::{
        complex::{self, Parts},
        float, tuple,
    },
    error::{PyResult, Raised},
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::number,
    special::TRUE_DIV,
    thread::Thread,
    value::Value,
};

use crate::support::set_global;

/// `cmath`
pub static MODULE: ModuleDef = ModuleDef {
    name: "cmath",
    doc: "This module provides access to mathematical functions for complex\nnumbers.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method("acos", "(z, /)", |t, a| unary(t, a, functions::acos), "Return the arc cosine of z."),
    method(
        "acosh",
        "(z, /)",
        |t, a| unary(t, a, functions::acosh),
        "Return the inverse hyperbolic cosine of z.",
    ),
    method("asin", "(z, /)", |t, a| unary(t, a, functions::asin), "Return the arc sine of z."),
    method(
        "asinh",
        "(z, /)",
        |t, a| unary(t, a, functions::asinh),
        "Return the inverse hyperbolic sine of z.",
    ),
    method("atan", "(z, /)", |t, a| unary(t, a, functions::atan), "Return the arc tangent of z."),
    method(
        "atanh",
        "(z, /)",
        |t, a| unary(t, a, functions::atanh),
        "Return the inverse hyperbolic tangent of z.",
    ),
    method("cos", "(z, /)", |t, a| unary(t, a, functions::cos), "Return the cosine of z."),
    method("cosh", "(z, /)", |t, a| unary(t, a, functions::cosh), "Return the hyperbolic cosine of z."),
    method("exp", "(z, /)", |t, a| unary(t, a, functions::exp), "Return the exponential value e**z."),
    method(
        "isclose",
        "(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        isclose,
        "Determine whether two complex numbers are close in value.",
    ),
    method(
        "isfinite",
        "(z, /)",
        |t, a| test(t, a, |(x, y)| x.is_finite() && y.is_finite()),
        "Return True if both the real and imaginary parts of z are finite, else False.",
    ),
    method(
        "isinf",
        "(z, /)",
        |t, a| test(t, a, |(x, y)| x.is_infinite() || y.is_infinite()),
        "Checks if the real or imaginary part of z is infinite.",
    ),
    method(
        "isnan",
        "(z, /)",
        |t, a| test(t, a, |(x, y)| x.is_nan() || y.is_nan()),
        "Checks if the real or imaginary part of z not a number (NaN).",
    ),
    method(
        "log",
        "(z, base=None, /)",
        log,
        "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of z.",
    ),
    method("log10", "(z, /)", |t, a| unary(t, a, functions::log10), "Return the base-10 logarithm of z."),
    method("phase", "(z, /)", phase, "Return argument, also known as the phase angle, of a complex."),
    method(
        "polar",
        "(z, /)",
        polar,
        "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle.",
    ),
    method("rect", "(r, phi, /)", rect, "Convert from polar coordinates to rectangular coordinates."),
    method("sin", "(z, /)", |t, a| unary(t, a, functions::sin), "Return the sine of z."),
    method("sinh", "(z, /)", |t, a| unary(t, a, functions::sinh), "Return the hyperbolic sine of z."),
    method("sqrt", "(z, /)", |t, a| unary(t, a, functions::sqrt), "Return the square root of z."),
    method("tan", "(z, /)", |t, a| unary(t, a, functions::tan), "Return the tangent of z."),
    method("tanh", "(z, /)", |t, a| unary(t, a, functions::tanh), "Return the hyperbolic tangent of z."),
];

fn init(t: &mut Thread, module: Ref<pystm_vm::builtins::module::Module>) -> PyResult<()> {
    use std::f64::consts;
    let reals = [
        ("pi", consts::PI),
        ("e", consts::E),
        ("tau", consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ];
    for (name, f) in reals {
        let value = float::new(t, f);
        set_global(t, module, name, value);
    }
    for (name, f) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
        let value = complex::new(t, 0.0, f);
        set_global(t, module, name, value);
    }
    Ok(())
}

/// Why a function has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Failure {
    /// `ValueError: math domain error`
    Domain,
    /// `OverflowError: math range error`
    Range,
}

/// The result of a function.
type Outcome = Result<Parts, Failure>;

#[cold]
fn raise(t: &mut Thread, failure: Failure) -> Raised {
    match failure {
        Failure::Domain => t.value_error("math domain error"),
        Failure::Range => t.overflow_error("math range error"),
    }
}

fn unary(t: &mut Thread, args: &[Value], f: fn(Parts) -> Outcome) -> PyResult {
    let z = complex::to_complex(t, args[0])?;
    match f(z) {
        Ok((x, y)) => Ok(complex::new(t, x, y)),
        Err(failure) => Err(raise(t, failure)),
    }
}

fn test(t: &mut Thread, args: &[Value], f: fn(Parts) -> bool) -> PyResult {
    Ok(Value::bool(f(complex::to_complex(t, args[0])?)))
}

fn log(t: &mut Thread, args: &[Value]) -> PyResult {
    let z = unary(t, &args[..1], functions::log)?;
    match args[1].given() {
        None => Ok(z),
        Some(base) => {
            let base = unary(t, &[base], functions::log)?;
            number::binary(t, TRUE_DIV, z, base)
        }
    }
}

fn phase(t: &mut Thread, args: &[Value]) -> PyResult {
    let (x, y) = complex::to_complex(t, args[0])?;
    Ok(float::new(t, y.atan2(x)))
}

fn polar(t: &mut Thread, args: &[Value]) -> PyResult {
    let (x, y) = complex::to_complex(t, args[0])?;
    let Some(r) = complex::absolute((x, y)) else { return Err(raise(t, Failure::Range)) };
    let r = float::new(t, r);
    let phi = float::new(t, y.atan2(x));
    Ok(tuple::new_small(t, &[r, phi]))
}

fn rect(t: &mut Thread, args: &[Value]) -> PyResult {
    let r = float::to_f64(t, args[0])?;
    let phi = float::to_f64(t, args[1])?;
    match functions::rect(r, phi) {
        Ok((x, y)) => Ok(complex::new(t, x, y)),
        Err(failure) => Err(raise(t, failure)),
    }
}

fn isclose(t: &mut Thread, args: &[Value]) -> PyResult {
    let a = complex::to_complex(t, args[0])?;
    let b = complex::to_complex(t, args[1])?;
    let relative = match args[2].given() {
        Some(v) => float::to_f64(t, v)?,
        None => 1e-9,
    };
    let absolute = match args[3].given() {
        Some(v) => float::to_f64(t, v)?,
        None => 0.0,
    };
    if relative < 0.0 || absolute < 0.0 {
        return Err(t.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::TRUE);
    }
    if [a.0, a.1, b.0, b.1].iter().any(|f| f.is_infinite()) {
        return Ok(Value::FALSE);
    }
    let size = |(x, y): Parts| x.hypot(y);
    let difference = size((a.0 - b.0, a.1 - b.1));
    let close =
        difference <= relative * size(b) || difference <= relative * size(a) || difference <= absolute;
    Ok(Value::bool(close))
}
