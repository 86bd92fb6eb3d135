//! `math`.

mod elementary;
mod floats;
mod gamma;
mod integers;
mod logarithms;
mod sums;

use pystm_vm::{
    builtins::float,
    error::{Exc, PyResult, Raised},
    native::{Method, ModuleDef, method},
    object::Ref,
    thread::Thread,
    value::Value,
};

use crate::support::set_global;

/// `math`
pub static MODULE: ModuleDef = ModuleDef {
    name: "math",
    doc: "This module provides access to the mathematical functions\ndefined by the C standard.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method(
        "acos",
        "(x, /)",
        elementary::acos,
        "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi.",
    ),
    method("acosh", "(x, /)", elementary::acosh, "Return the inverse hyperbolic cosine of x."),
    method(
        "asin",
        "(x, /)",
        elementary::asin,
        "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.",
    ),
    method("asinh", "(x, /)", elementary::asinh, "Return the inverse hyperbolic sine of x."),
    method(
        "atan",
        "(x, /)",
        elementary::atan,
        "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.",
    ),
    method(
        "atan2",
        "(y, x, /)",
        elementary::atan2,
        "Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered.",
    ),
    method("atanh", "(x, /)", elementary::atanh, "Return the inverse hyperbolic tangent of x."),
    method("cbrt", "(x, /)", elementary::cbrt, "Return the cube root of x."),
    method(
        "ceil",
        "(x, /)",
        floats::ceil,
        "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x.",
    ),
    method(
        "comb",
        "(n, k, /)",
        integers::comb,
        "Number of ways to choose k items from n items, without repetition and without order.\n\nIt is n! / (k! * (n - k)!), and zero when k > n.",
    ),
    method(
        "copysign",
        "(x, y, /)",
        elementary::copysign,
        "Return a float with the magnitude (absolute value) of x but the sign of y.",
    ),
    method("cos", "(x, /)", elementary::cos, "Return the cosine of x (measured in radians)."),
    method("cosh", "(x, /)", elementary::cosh, "Return the hyperbolic cosine of x."),
    method("degrees", "(x, /)", elementary::degrees, "Convert angle x from radians to degrees."),
    method(
        "dist",
        "(p, q, /)",
        sums::dist,
        "Return the Euclidean distance between two points p and q, given as iterables of coordinates.",
    ),
    method("erf", "(x, /)", elementary::erf, "Error function at x."),
    method("erfc", "(x, /)", elementary::erfc, "Complementary error function at x."),
    method("exp", "(x, /)", elementary::exp, "Return e raised to the power of x."),
    method("exp2", "(x, /)", elementary::exp2, "Return 2 raised to the power of x."),
    method("expm1", "(x, /)", elementary::expm1, "Return exp(x)-1, precisely also for small x."),
    method("fabs", "(x, /)", elementary::fabs, "Return the absolute value of the float x."),
    method("factorial", "(n, /)", integers::factorial, "Find n!."),
    method(
        "floor",
        "(x, /)",
        floats::floor,
        "Return the floor of x as an Integral.\n\nThis is the largest integer <= x.",
    ),
    method(
        "fma",
        "(x, y, z, /)",
        floats::fma,
        "Fused multiply-add operation.\n\nCompute (x * y) + z with a single round.",
    ),
    method(
        "fmod",
        "(x, y, /)",
        elementary::fmod,
        "Return fmod(x, y), according to platform C.\n\nx % y may differ.",
    ),
    method(
        "frexp",
        "(x, /)",
        floats::frexp,
        "Return the mantissa and exponent of x, as pair (m, e).\n\nx == m * 2**e with 0.5 <= abs(m) < 1.0; (x, 0) if x is 0 or not finite.",
    ),
    method(
        "fsum",
        "(seq, /)",
        sums::fsum,
        "Return an accurate floating-point sum of values in the iterable seq.",
    ),
    method("gamma", "(x, /)", gamma::gamma, "Gamma function at x."),
    method("gcd", "(*integers)", integers::gcd, "Greatest Common Divisor."),
    method(
        "hypot",
        "(*coordinates)",
        sums::hypot,
        "Multidimensional Euclidean distance from the origin to a point.",
    ),
    method(
        "isclose",
        "(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        floats::isclose,
        "Determine whether two floating-point numbers are close in value.\n\n  rel_tol\n    maximum difference relative to the larger magnitude\n  abs_tol\n    maximum difference that is close whatever the magnitudes\n\nNaN is close to nothing, infinities only to themselves.",
    ),
    method(
        "isfinite",
        "(x, /)",
        floats::isfinite,
        "Return True if x is neither an infinity nor a NaN, and False otherwise.",
    ),
    method(
        "isinf",
        "(x, /)",
        floats::isinf,
        "Return True if x is a positive or negative infinity, and False otherwise.",
    ),
    method(
        "isnan",
        "(x, /)",
        floats::isnan,
        "Return True if x is a NaN (not a number), and False otherwise.",
    ),
    method("isqrt", "(n, /)", integers::isqrt, "Return the integer part of the square root of the input."),
    method("lcm", "(*integers)", integers::lcm, "Least Common Multiple."),
    method(
        "ldexp",
        "(x, i, /)",
        floats::ldexp,
        "Return x * (2**i).\n\nThis is essentially the inverse of frexp().",
    ),
    method("lgamma", "(x, /)", gamma::lgamma, "Natural logarithm of absolute value of Gamma function at x."),
    method(
        "log",
        "(*args)",
        logarithms::log,
        "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x.",
    ),
    method("log10", "(x, /)", logarithms::log10, "Return the base 10 logarithm of x."),
    method(
        "log1p",
        "(x, /)",
        elementary::log1p,
        "Return the natural logarithm of 1+x (base e), precisely also for small x.",
    ),
    method("log2", "(x, /)", logarithms::log2, "Return the base 2 logarithm of x."),
    method(
        "modf",
        "(x, /)",
        floats::modf,
        "Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats.",
    ),
    method(
        "nextafter",
        "(x, y, /, *, steps=None)",
        floats::nextafter,
        "Return the floating-point value the given number of steps after x towards y.",
    ),
    method(
        "perm",
        "(n, k=None, /)",
        integers::perm,
        "Number of ways to choose k items from n items, without repetition and with order.\n\nIt is n! / (n - k)!, and zero when k > n; k defaults to n.",
    ),
    method("pow", "(x, y, /)", elementary::pow, "Return x**y (x to the power of y)."),
    method(
        "prod",
        "(iterable, /, *, start=1)",
        sums::prod,
        "Calculate the product of all the elements in the input iterable.\n\nThe default start value for the product is 1.",
    ),
    method("radians", "(x, /)", elementary::radians, "Convert angle x from degrees to radians."),
    method(
        "remainder",
        "(x, y, /)",
        elementary::remainder,
        "Difference between x and the closest integer multiple of y.\n\nOf two closest multiples the even one is taken.",
    ),
    method("sin", "(x, /)", elementary::sin, "Return the sine of x (measured in radians)."),
    method("sinh", "(x, /)", elementary::sinh, "Return the hyperbolic sine of x."),
    method("sqrt", "(x, /)", elementary::sqrt, "Return the square root of x."),
    method(
        "sumprod",
        "(p, q, /)",
        sums::sumprod,
        "Return the sum of products of values from two iterables p and q.",
    ),
    method("tan", "(x, /)", elementary::tan, "Return the tangent of x (measured in radians)."),
    method("tanh", "(x, /)", elementary::tanh, "Return the hyperbolic tangent of x."),
    method(
        "trunc",
        "(x, /)",
        floats::trunc,
        "Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method.",
    ),
    method("ulp", "(x, /)", floats::ulp, "Return the value of the least significant bit of the float x."),
];

fn init(t: &mut Thread, module: Ref<pystm_vm::builtins::module::Module>) -> PyResult<()> {
    use std::f64::consts;
    let constants = [
        ("pi", consts::PI),
        ("e", consts::E),
        ("tau", consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ];
    for (name, f) in constants {
        let value = float::new(t, f);
        set_global(t, module, name, value);
    }
    Ok(())
}

/// A real number as a float.
fn real(t: &mut Thread, value: Value) -> PyResult<f64> {
    float::to_f64(t, value)
}

/// `ValueError: math domain error`
#[cold]
fn domain_error(t: &mut Thread) -> Raised {
    t.value_error("math domain error")
}

/// `ValueError: expected ..., got ...`
#[cold]
fn unexpected(t: &mut Thread, expected: &str, got: f64) -> Raised {
    let got = pystm_text::number::float_repr(got);
    t.value_error(format!("expected {expected}, got {got}"))
}

/// `OverflowError: math range error`
#[cold]
fn range_error(t: &mut Thread) -> Raised {
    t.raise(Exc::OverflowError, "math range error")
}
