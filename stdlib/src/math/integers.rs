//! Functions of ints.

use num_bigint::BigUint;
use num_integer::Roots;
use num_traits::{One, ToPrimitive};
use pystm_vm::{
    builtins::{
        int::{self, IntRef},
        tuple::Tuple,
    },
    error::PyResult,
    object::Ref,
    thread::Thread,
    value::Value,
};

/// The product `(low + 1) * ... * high`.
fn product(low: u64, high: u64) -> BigUint {
    if high <= low {
        return BigUint::one();
    }
    if high - low <= 16 {
        let mut result = BigUint::one();
        let mut small: u64 = 1;
        for n in low + 1..=high {
            match small.checked_mul(n) {
                Some(p) => small = p,
                None => {
                    result *= small;
                    small = n;
                }
            }
        }
        return result * small;
    }
    // Halves of the same size let the fast multiplication work.
    let middle = low + (high - low) / 2;
    product(low, middle) * product(middle, high)
}

/// `n * (n - 1) * ... ` with `k` factors, for any `n`.
fn falling(n: &BigUint, k: u64) -> BigUint {
    if let Some(n) = n.to_u64() {
        return product(n - k, n);
    }
    if k <= 8 {
        return (0..k).map(|i| n - i).product();
    }
    let half = k / 2;
    falling(n, half) * falling(&(n - half), k - half)
}

/// Whether a result of about this many bits is out of reach.
fn too_large(bits: u64, factors: u64) -> bool {
    (bits as u128) * (factors as u128) > (int::MAX_BITS as u128) * 4
}

pub(super) fn factorial(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = int::index(t, args[0])?;
    if n.is_negative() {
        return Err(t.value_error("factorial() not defined for negative values"));
    }
    match n.to_i64() {
        None => Err(t.overflow_error(format!("factorial() argument should not exceed {}", i64::MAX))),
        Some(k) if too_large(n.bits(), k as u64) => Err(t.memory_error()),
        Some(k) => Ok(int::from_bigint(t, product(1, k as u64).into())),
    }
}

/// The two arguments of `comb` and `perm`, neither of them negative.
fn counts(t: &mut Thread, args: &[Value]) -> PyResult<(BigUint, BigUint)> {
    let n = int::index(t, args[0])?;
    let k = int::index(t, args[1])?;
    for (value, name) in [(n, "n"), (k, "k")] {
        if value.is_negative() {
            return Err(t.value_error(format!("{name} must be a non-negative integer")));
        }
    }
    Ok((n.big().magnitude().clone(), k.big().magnitude().clone()))
}

pub(super) fn perm(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].given_not_none().is_none() {
        return factorial(t, args);
    }
    let (n, k) = counts(t, args)?;
    if k > n {
        return Ok(Value::ZERO);
    }
    match k.to_i64() {
        None => Err(t.overflow_error(format!("k must not exceed {}", i64::MAX))),
        Some(k) if too_large(n.bits(), k as u64) => Err(t.memory_error()),
        Some(k) => Ok(int::from_bigint(t, falling(&n, k as u64).into())),
    }
}

pub(super) fn comb(t: &mut Thread, args: &[Value]) -> PyResult {
    let (n, k) = counts(t, args)?;
    if k > n {
        return Ok(Value::ZERO);
    }
    let k = k.clone().min(&n - k);
    match k.to_i64() {
        None => Err(t.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX))),
        Some(k) if too_large(n.bits(), k as u64) => Err(t.memory_error()),
        Some(k) => {
            let result = falling(&n, k as u64) / product(1, k as u64);
            Ok(int::from_bigint(t, result.into()))
        }
    }
}

pub(super) fn isqrt(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = int::index(t, args[0])?;
    if n.is_negative() {
        return Err(t.value_error("isqrt() argument must be nonnegative"));
    }
    Ok(match n {
        IntRef::Small(n) => int::from_i64(t, (n as u64).sqrt() as i64),
        n => int::from_bigint(t, n.big().magnitude().sqrt().into()),
    })
}

/// Folds ints with a function of two of them; absolute values.
fn fold(
    t: &mut Thread,
    args: &[Value],
    start: i64,
    function: fn(&mut Thread, IntRef, IntRef) -> PyResult,
) -> PyResult {
    let given: Ref<Tuple> = Ref::known(args[0]);
    let mut result = Value::small(start);
    for &value in given.values() {
        let n = int::index(t, value)?;
        let so_far = int::of(result).unwrap_or(IntRef::Small(start));
        result = function(t, so_far, n)?;
    }
    Ok(result)
}

pub(super) fn gcd(t: &mut Thread, args: &[Value]) -> PyResult {
    fold(t, args, 0, int::gcd)
}

pub(super) fn lcm(t: &mut Thread, args: &[Value]) -> PyResult {
    fold(t, args, 1, int::lcm)
}
