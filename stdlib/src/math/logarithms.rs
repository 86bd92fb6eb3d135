//! Logarithms, also of ints beyond the range of floats.

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};
use pystm_vm::{
    builtins::{float, int, tuple::Tuple},
    error::PyResult,
    object::Ref,
    protocol::number,
    special,
    thread::Thread,
    value::Value,
};

use super::{real, unexpected};

/// A logarithm.
#[derive(Clone, Copy)]
struct Logarithm {
    f: fn(f64) -> f64,
}

const NATURAL: Logarithm = Logarithm { f: f64::ln };
const BINARY: Logarithm = Logarithm { f: f64::log2 };
const DECIMAL: Logarithm = Logarithm { f: f64::log10 };

/// Mantissa in `0.5..=1.0` and exponent of a positive int, correctly rounded.
fn mantissa_and_exponent(n: &BigInt) -> (f64, u64) {
    let bits = n.bits();
    let shift = bits.saturating_sub(64);
    let top: BigInt = n >> shift;
    let rest = n - (&top << shift);
    let top = top.to_u64().unwrap_or(u64::MAX) | !rest.is_zero() as u64;
    // 2**64 is exact, and so is the division by it.
    (top as f64 / 18446744073709551616.0, shift + 64)
}

fn logarithm(t: &mut Thread, value: Value, log: Logarithm) -> PyResult<f64> {
    if let Some(n) = int::of(value) {
        if n.is_zero() || n.is_negative() {
            return Err(t.value_error("expected a positive input"));
        }
        return Ok(match n.to_f64() {
            Some(x) => (log.f)(x),
            None => {
                let (mantissa, exponent) = mantissa_and_exponent(&n.big());
                (log.f)(mantissa) + (log.f)(2.0) * exponent as f64
            }
        });
    }
    let x = real(t, value)?;
    if x <= 0.0 {
        return Err(unexpected(t, "a positive input", x));
    }
    Ok((log.f)(x))
}

fn single(t: &mut Thread, value: Value, log: Logarithm) -> PyResult {
    let r = logarithm(t, value, log)?;
    Ok(float::new(t, r))
}

/// `math.log(x, [base])`
pub(super) fn log(t: &mut Thread, args: &[Value]) -> PyResult {
    let given: Ref<Tuple> = Ref::known(args[0]);
    match *given.values() {
        [x] => single(t, x, NATURAL),
        [x, base] => {
            let numerator = single(t, x, NATURAL)?;
            let denominator = single(t, base, NATURAL)?;
            number::binary(t, special::TRUE_DIV, numerator, denominator)
        }
        [] => Err(t.type_error("log expected at least 1 argument, got 0")),
        _ => Err(t.type_error(format!("log expected at most 2 arguments, got {}", given.len()))),
    }
}

pub(super) fn log2(t: &mut Thread, args: &[Value]) -> PyResult {
    single(t, args[0], BINARY)
}

pub(super) fn log10(t: &mut Thread, args: &[Value]) -> PyResult {
    single(t, args[0], DECIMAL)
}
