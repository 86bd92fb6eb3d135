//! Values of the functions where a part is infinite, NaN or zero, as C99 (Annex G) has them.
//!
//! Rows go by the real part, columns by the imaginary one, in the order of [`class`]: `-inf`, negative, `-0.0`, `0.0`,
//! positive, `inf`, NaN.

use pystm_vm::builtins::complex::Parts;

/// The values of one function.
pub(super) type Table = [[Parts; 7]; 7];

/// The value where a part is infinite or NaN; `None` where both are finite.
pub(super) fn lookup(table: &Table, (x, y): Parts) -> Option<Parts> {
    if x.is_finite() && y.is_finite() { None } else { Some(table[class(x)][class(y)]) }
}

fn class(f: f64) -> usize {
    match f {
        _ if f.is_nan() => 6,
        f64::NEG_INFINITY => 0,
        f64::INFINITY => 5,
        _ if f < 0.0 => 1,
        _ if f > 0.0 => 4,
        _ if f.is_sign_negative() => 2,
        _ => 3,
    }
}

const P: f64 = std::f64::consts::PI;
const P14: f64 = std::f64::consts::FRAC_PI_4;
const P12: f64 = std::f64::consts::FRAC_PI_2;
const P34: f64 = 0.75 * std::f64::consts::PI;
const I: f64 = f64::INFINITY;
const N: f64 = f64::NAN;
/// Not looked up: both parts are finite.
const U: Parts = (0.0, 0.0);

/// `acos`
#[rustfmt::skip]
pub(super) static ACOS: Table = [
    [(P34, I), (P, I), (P, I), (P, -I), (P, -I), (P34, -I), (N, I)],
    [(P12, I), U, U, U, U, (P12, -I), (N, N)],
    [(P12, I), U, (P12, 0.0), (P12, -0.0), U, (P12, -I), (P12, N)],
    [(P12, I), U, (P12, 0.0), (P12, -0.0), U, (P12, -I), (P12, N)],
    [(P12, I), U, U, U, U, (P12, -I), (N, N)],
    [(P14, I), (0.0, I), (0.0, I), (0.0, -I), (0.0, -I), (P14, -I), (N, I)],
    [(N, I), (N, N), (N, N), (N, N), (N, N), (N, -I), (N, N)],
];

/// `acosh`
#[rustfmt::skip]
pub(super) static ACOSH: Table = [
    [(I, -P34), (I, -P), (I, -P), (I, P), (I, P), (I, P34), (I, N)],
    [(I, -P12), U, U, U, U, (I, P12), (N, N)],
    [(I, -P12), U, (0.0, -P12), (0.0, P12), U, (I, P12), (N, P12)],
    [(I, -P12), U, (0.0, -P12), (0.0, P12), U, (I, P12), (N, P12)],
    [(I, -P12), U, U, U, U, (I, P12), (N, N)],
    [(I, -P14), (I, -0.0), (I, -0.0), (I, 0.0), (I, 0.0), (I, P14), (I, N)],
    [(I, N), (N, N), (N, N), (N, N), (N, N), (I, N), (N, N)],
];

/// `asinh`
#[rustfmt::skip]
pub(super) static ASINH: Table = [
    [(-I, -P14), (-I, -0.0), (-I, -0.0), (-I, 0.0), (-I, 0.0), (-I, P14), (-I, N)],
    [(-I, -P12), U, U, U, U, (-I, P12), (N, N)],
    [(-I, -P12), U, (-0.0, -0.0), (-0.0, 0.0), U, (-I, P12), (N, N)],
    [(I, -P12), U, (0.0, -0.0), (0.0, 0.0), U, (I, P12), (N, N)],
    [(I, -P12), U, U, U, U, (I, P12), (N, N)],
    [(I, -P14), (I, -0.0), (I, -0.0), (I, 0.0), (I, 0.0), (I, P14), (I, N)],
    [(I, N), (N, N), (N, -0.0), (N, 0.0), (N, N), (I, N), (N, N)],
];

/// `atanh`
#[rustfmt::skip]
pub(super) static ATANH: Table = [
    [(-0.0, -P12), (-0.0, -P12), (-0.0, -P12), (-0.0, P12), (-0.0, P12), (-0.0, P12), (-0.0, N)],
    [(-0.0, -P12), U, U, U, U, (-0.0, P12), (N, N)],
    [(-0.0, -P12), U, (-0.0, -0.0), (-0.0, 0.0), U, (-0.0, P12), (-0.0, N)],
    [(0.0, -P12), U, (0.0, -0.0), (0.0, 0.0), U, (0.0, P12), (0.0, N)],
    [(0.0, -P12), U, U, U, U, (0.0, P12), (N, N)],
    [(0.0, -P12), (0.0, -P12), (0.0, -P12), (0.0, P12), (0.0, P12), (0.0, P12), (0.0, N)],
    [(0.0, -P12), (N, N), (N, N), (N, N), (N, N), (0.0, P12), (N, N)],
];

/// `cosh`
#[rustfmt::skip]
pub(super) static COSH: Table = [
    [(I, N), U, (I, 0.0), (I, -0.0), U, (I, N), (I, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, 0.0), U, (1.0, 0.0), (1.0, -0.0), U, (N, 0.0), (N, 0.0)],
    [(N, 0.0), U, (1.0, -0.0), (1.0, 0.0), U, (N, 0.0), (N, 0.0)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(I, N), U, (I, -0.0), (I, 0.0), U, (I, N), (I, N)],
    [(N, N), (N, N), (N, 0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];

/// `exp`
#[rustfmt::skip]
pub(super) static EXP: Table = [
    [(0.0, 0.0), U, (0.0, -0.0), (0.0, 0.0), U, (0.0, 0.0), (0.0, 0.0)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, (1.0, -0.0), (1.0, 0.0), U, (N, N), (N, N)],
    [(N, N), U, (1.0, -0.0), (1.0, 0.0), U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(I, N), U, (I, -0.0), (I, 0.0), U, (I, N), (I, N)],
    [(N, N), (N, N), (N, -0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];

/// `log`
#[rustfmt::skip]
pub(super) static LOG: Table = [
    [(I, -P34), (I, -P), (I, -P), (I, P), (I, P), (I, P34), (I, N)],
    [(I, -P12), U, U, U, U, (I, P12), (N, N)],
    [(I, -P12), U, (-I, -P), (-I, P), U, (I, P12), (N, N)],
    [(I, -P12), U, (-I, -0.0), (-I, 0.0), U, (I, P12), (N, N)],
    [(I, -P12), U, U, U, U, (I, P12), (N, N)],
    [(I, -P14), (I, -0.0), (I, -0.0), (I, 0.0), (I, 0.0), (I, P14), (I, N)],
    [(I, N), (N, N), (N, N), (N, N), (N, N), (I, N), (N, N)],
];

/// `sinh`
#[rustfmt::skip]
pub(super) static SINH: Table = [
    [(I, N), U, (-I, -0.0), (-I, 0.0), U, (I, N), (I, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(0.0, N), U, (-0.0, -0.0), (-0.0, 0.0), U, (0.0, N), (0.0, N)],
    [(0.0, N), U, (0.0, -0.0), (0.0, 0.0), U, (0.0, N), (0.0, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(I, N), U, (I, -0.0), (I, 0.0), U, (I, N), (I, N)],
    [(N, N), (N, N), (N, -0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];

/// `sqrt`
#[rustfmt::skip]
pub(super) static SQRT: Table = [
    [(I, -I), (0.0, -I), (0.0, -I), (0.0, I), (0.0, I), (I, I), (N, I)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), U, (0.0, -0.0), (0.0, 0.0), U, (I, I), (N, N)],
    [(I, -I), U, (0.0, -0.0), (0.0, 0.0), U, (I, I), (N, N)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), (I, -0.0), (I, -0.0), (I, 0.0), (I, 0.0), (I, I), (I, N)],
    [(I, -I), (N, N), (N, N), (N, N), (N, N), (I, I), (N, N)],
];

/// `tanh`
#[rustfmt::skip]
pub(super) static TANH: Table = [
    [(-1.0, 0.0), U, (-1.0, -0.0), (-1.0, 0.0), U, (-1.0, 0.0), (-1.0, 0.0)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(-0.0, N), U, (-0.0, -0.0), (-0.0, 0.0), U, (-0.0, N), (-0.0, N)],
    [(0.0, N), U, (0.0, -0.0), (0.0, 0.0), U, (0.0, N), (0.0, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(1.0, 0.0), U, (1.0, -0.0), (1.0, 0.0), U, (1.0, 0.0), (1.0, 0.0)],
    [(N, N), (N, N), (N, -0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];

/// `rect`
#[rustfmt::skip]
pub(super) static RECT: Table = [
    [(I, N), U, (-I, 0.0), (-I, -0.0), U, (I, N), (I, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(0.0, 0.0), U, (-0.0, 0.0), (-0.0, -0.0), U, (0.0, 0.0), (0.0, 0.0)],
    [(0.0, 0.0), U, (0.0, -0.0), (0.0, 0.0), U, (0.0, 0.0), (0.0, 0.0)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(I, N), U, (I, -0.0), (I, 0.0), U, (I, N), (I, N)],
    [(N, N), (N, N), (N, 0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];
