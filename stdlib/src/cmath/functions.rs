//! The functions of complex numbers: CPython's `cmathmodule.c`, which follows Kahan.

use pystm_vm::builtins::complex::{Parts, absolute};

use super::{Failure, Outcome, special};

mod c {
    // SAFETY: the signatures are those of the C library; the functions have no preconditions.
    unsafe extern "C" {
        pub(super) safe fn asinh(x: f64) -> f64;
    }
}

const LN_2: f64 = std::f64::consts::LN_2;
const LN_10: f64 = std::f64::consts::LN_10;
/// Above this a part is large enough to be halved first.
const LARGE: f64 = f64::MAX / 4.0;
/// Above this `exp`, `sinh` and `cosh` are computed from a smaller argument.
const LOG_LARGE: f64 = 707.0873394421606;

fn is_large((x, y): Parts) -> bool {
    x.abs() > LARGE || y.abs() > LARGE
}

/// The length of a vector that is known not to overflow.
fn size(x: f64, y: f64) -> f64 {
    absolute((x, y)).unwrap_or(f64::INFINITY)
}

/// `sqrt` of finite parts and special values; it never fails.
fn root(z: Parts) -> Parts {
    if let Some(value) = special::lookup(&special::SQRT, z) {
        return value;
    }
    let (x, y) = z;
    if x == 0.0 && y == 0.0 {
        return (0.0, y);
    }
    let (ax, ay) = (x.abs(), y.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE && (ax > 0.0 || ay > 0.0) {
        // Subnormal parts lose too many bits: scale them up.
        let up = 2.0f64.powi(53);
        let ax = ax * up;
        (ax + size(ax, ay * up)).sqrt() * 2.0f64.powi(-27)
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + size(ax, ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if x >= 0.0 { (s, d.copysign(y)) } else { (d, s.copysign(y)) }
}

pub(super) fn sqrt(z: Parts) -> Outcome {
    Ok(root(z))
}

pub(super) fn acos(z: Parts) -> Outcome {
    if let Some(value) = special::lookup(&special::ACOS, z) {
        return Ok(value);
    }
    let (x, y) = z;
    if is_large(z) {
        let real = y.abs().atan2(x);
        let l = size(x / 2.0, y / 2.0).ln() + LN_2 * 2.0;
        // Split by the sign of x, so that the sign of a zero survives.
        return Ok((real, if x < 0.0 { -l.copysign(y) } else { l.copysign(-y) }));
    }
    let s1 = root((1.0 - x, -y));
    let s2 = root((1.0 + x, y));
    Ok((2.0 * s1.0.atan2(s2.0), c::asinh(s2.0 * s1.1 - s2.1 * s1.0)))
}

pub(super) fn acosh(z: Parts) -> Outcome {
    if let Some(value) = special::lookup(&special::ACOSH, z) {
        return Ok(value);
    }
    let (x, y) = z;
    if is_large(z) {
        return Ok((size(x / 2.0, y / 2.0).ln() + LN_2 * 2.0, y.atan2(x)));
    }
    let s1 = root((x - 1.0, y));
    let s2 = root((x + 1.0, y));
    Ok((c::asinh(s1.0 * s2.0 + s1.1 * s2.1), 2.0 * s1.1.atan2(s2.0)))
}

pub(super) fn asin((x, y): Parts) -> Outcome {
    let (real, imaginary) = asinh((-y, x))?;
    Ok((imaginary, -real))
}

pub(super) fn asinh(z: Parts) -> Outcome {
    if let Some(value) = special::lookup(&special::ASINH, z) {
        return Ok(value);
    }
    let (x, y) = z;
    if is_large(z) {
        let l = size(x / 2.0, y / 2.0).ln() + LN_2 * 2.0;
        let real =
            if y < 0.0 || (y == 0.0 && y.is_sign_negative()) { l.copysign(x) } else { -l.copysign(-x) };
        return Ok((real, y.atan2(x.abs())));
    }
    let s1 = root((1.0 + y, -x));
    let s2 = root((1.0 - y, x));
    Ok((c::asinh(s1.0 * s2.1 - s2.0 * s1.1), y.atan2(s1.0 * s2.0 - s1.1 * s2.1)))
}

pub(super) fn atan((x, y): Parts) -> Outcome {
    let (real, imaginary) = atanh((-y, x))?;
    Ok((imaginary, -real))
}

pub(super) fn atanh(z: Parts) -> Outcome {
    if let Some(value) = special::lookup(&special::ATANH, z) {
        return Ok(value);
    }
    let (x, y) = z;
    if x < 0.0 || (x == 0.0 && x.is_sign_negative()) {
        let (real, imaginary) = atanh((-x, -y))?;
        return Ok((-real, -imaginary));
    }
    let ay = y.abs();
    let root_large = LARGE.sqrt();
    if x > root_large || ay > root_large {
        // The real part is tiny; the imaginary one is near pi/2 with the sign of y.
        let h = size(x / 2.0, y / 2.0);
        let imaginary = -std::f64::consts::FRAC_PI_2.copysign(-y);
        return Ok((x / 4.0 / h / h, imaginary));
    }
    if x == 1.0 && ay < f64::MIN_POSITIVE.sqrt() {
        if ay == 0.0 {
            return Err(Failure::Domain);
        }
        let real = -(ay.sqrt() / size(ay, 2.0).sqrt()).ln();
        return Ok((real, 2.0f64.atan2(-ay).copysign(y) / 2.0));
    }
    let real = (4.0 * x / ((1.0 - x) * (1.0 - x) + ay * ay)).ln_1p() / 4.0;
    let imaginary = -(-2.0 * y).atan2((1.0 - x) * (1.0 + x) - ay * ay) / 2.0;
    Ok((real, imaginary))
}

pub(super) fn cos((x, y): Parts) -> Outcome {
    cosh((-y, x))
}

pub(super) fn sin((x, y): Parts) -> Outcome {
    let (real, imaginary) = sinh((-y, x))?;
    Ok((imaginary, -real))
}

pub(super) fn tan((x, y): Parts) -> Outcome {
    let (real, imaginary) = tanh((-y, x))?;
    Ok((imaginary, -real))
}

/// The result, unless finite arguments gave an infinite one.
fn bounded((x, y): Parts) -> Outcome {
    if x.is_infinite() || y.is_infinite() { Err(Failure::Range) } else { Ok((x, y)) }
}

/// The values where a part is infinite or NaN, for functions with a period in the imaginary part: `table`, or where the
/// real part is infinite and the imaginary one finite, an infinity (`up`) or zero in the direction of the imaginary part.
fn periodic(table: &special::Table, (x, y): Parts, directed: impl Fn(f64, f64) -> Parts) -> Option<Outcome> {
    if x.is_finite() && y.is_finite() {
        return None;
    }
    let value = if x.is_infinite() && y.is_finite() && y != 0.0 {
        directed(x, y)
    } else {
        special::lookup(table, (x, y)).unwrap_or((f64::NAN, f64::NAN))
    };
    // An infinite imaginary part has no direction, unless the real part makes it vanish.
    if y.is_infinite() && !x.is_nan() { Some(Err(Failure::Domain)) } else { Some(Ok(value)) }
}

pub(super) fn cosh(z: Parts) -> Outcome {
    let inf = f64::INFINITY;
    let directed = |x: f64, y: f64| {
        let imaginary = inf.copysign(y.sin());
        (inf.copysign(y.cos()), if x > 0.0 { imaginary } else { -imaginary })
    };
    if let Some(outcome) = periodic(&special::COSH, z, directed) {
        return outcome;
    }
    let (x, y) = z;
    if x.abs() > LOG_LARGE {
        let less = x - 1.0f64.copysign(x);
        let e = std::f64::consts::E;
        return bounded((y.cos() * less.cosh() * e, y.sin() * less.sinh() * e));
    }
    bounded((y.cos() * x.cosh(), y.sin() * x.sinh()))
}

pub(super) fn sinh(z: Parts) -> Outcome {
    let inf = f64::INFINITY;
    let directed = |x: f64, y: f64| {
        let real = inf.copysign(y.cos());
        (if x > 0.0 { real } else { -real }, inf.copysign(y.sin()))
    };
    if let Some(outcome) = periodic(&special::SINH, z, directed) {
        return outcome;
    }
    let (x, y) = z;
    if x.abs() > LOG_LARGE {
        let less = x - 1.0f64.copysign(x);
        let e = std::f64::consts::E;
        return bounded((y.cos() * less.sinh() * e, y.sin() * less.cosh() * e));
    }
    bounded((y.cos() * x.sinh(), y.sin() * x.cosh()))
}

pub(super) fn exp(z: Parts) -> Outcome {
    let (x, y) = z;
    if !x.is_finite() || !y.is_finite() {
        let value = if x.is_infinite() && y.is_finite() && y != 0.0 {
            let size = if x > 0.0 { f64::INFINITY } else { 0.0 };
            (size.copysign(y.cos()), size.copysign(y.sin()))
        } else {
            special::lookup(&special::EXP, z).unwrap_or((f64::NAN, f64::NAN))
        };
        let undefined = y.is_infinite() && (x.is_finite() || x == f64::INFINITY);
        return if undefined { Err(Failure::Domain) } else { Ok(value) };
    }
    if x > LOG_LARGE {
        let l = (x - 1.0).exp();
        let e = std::f64::consts::E;
        return bounded((l * y.cos() * e, l * y.sin() * e));
    }
    let l = x.exp();
    bounded((l * y.cos(), l * y.sin()))
}

pub(super) fn tanh(z: Parts) -> Outcome {
    let (x, y) = z;
    if !x.is_finite() || !y.is_finite() {
        let value = if x.is_infinite() && y.is_finite() && y != 0.0 {
            (1.0f64.copysign(x), 0.0f64.copysign(2.0 * y.sin() * y.cos()))
        } else {
            special::lookup(&special::TANH, z).unwrap_or((f64::NAN, f64::NAN))
        };
        return if y.is_infinite() && x.is_finite() { Err(Failure::Domain) } else { Ok(value) };
    }
    if x.abs() > LOG_LARGE {
        return Ok((1.0f64.copysign(x), 4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp()));
    }
    let tx = x.tanh();
    let ty = y.tan();
    let cx = 1.0 / x.cosh();
    let txty = tx * ty;
    let denominator = 1.0 + txty * txty;
    Ok((tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx))
}

pub(super) fn log(z: Parts) -> Outcome {
    if let Some(value) = special::lookup(&special::LOG, z) {
        return Ok(value);
    }
    let (x, y) = z;
    let (ax, ay) = (x.abs(), y.abs());
    let real = if is_large(z) {
        size(ax / 2.0, ay / 2.0).ln() + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Failure::Domain);
        }
        let up = 2.0f64.powi(53);
        size(ax * up, ay * up).ln() - 53.0 * LN_2
    } else {
        let h = size(ax, ay);
        if (0.71..=1.73).contains(&h) {
            let (greater, smaller) = if ax > ay { (ax, ay) } else { (ay, ax) };
            ((greater - 1.0) * (greater + 1.0) + smaller * smaller).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok((real, y.atan2(x)))
}

pub(super) fn log10(z: Parts) -> Outcome {
    let (x, y) = log(z)?;
    Ok((x / LN_10, y / LN_10))
}

/// The complex number with these polar coordinates.
pub(super) fn rect(r: f64, phi: f64) -> Outcome {
    if !r.is_finite() || !phi.is_finite() {
        if r != 0.0 && !r.is_nan() && phi.is_infinite() {
            return Err(Failure::Domain);
        }
        if r.is_infinite() && phi.is_finite() && phi != 0.0 {
            let inf = f64::INFINITY;
            let (x, y) = (inf.copysign(phi.cos()), inf.copysign(phi.sin()));
            return Ok(if r > 0.0 { (x, y) } else { (-x, -y) });
        }
        return Ok(special::lookup(&special::RECT, (r, phi)).unwrap_or((f64::NAN, f64::NAN)));
    }
    if phi == 0.0 {
        // The product with an infinite cosine is no concern here; the sign of a zero angle is.
        return Ok((r, r * phi));
    }
    Ok((r * phi.cos(), r * phi.sin()))
}
