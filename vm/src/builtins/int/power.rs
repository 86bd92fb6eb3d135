//! `**` and three-argument `pow`.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use super::{
    IntRef, MAX_BITS, as_exact_int,
    digits::{Magnitude, build},
    from_bigint, from_i64, from_i128, limbs, product,
};
use crate::{
    builtins::{complex, float},
    error::PyResult,
    interp::safepoint,
    protocol::call,
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `x ** y`: an int, or a float for negative exponents.
pub fn power(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if y.is_negative() {
        let (x, y) = (x.float(t)?, y.float(t)?);
        return float::power(t, x, y);
    }
    match x {
        _ if y.is_zero() => return Ok(Value::small(1)),
        IntRef::Small(n @ (0 | 1)) => return Ok(Value::small(n)),
        IntRef::Small(-1) => return Ok(Value::small(if y.is_odd() { -1 } else { 1 })),
        _ => {}
    }
    // The result has more than (bits - 1) * y bits.
    let exponent = match y.to_i64() {
        Some(e) if ((x.bits() - 1) as u128) * (e as u128) < MAX_BITS as u128 => e as u64,
        _ => return Err(t.memory_error()),
    };
    if let IntRef::Small(n) = x
        && let Some(n) = small_power(n, exponent)
    {
        return Ok(from_i128(t, n));
    }
    long_power(t, Magnitude::of(x), exponent)
}

/// The power of a number of at least two bits; the exponent is not 0.
fn long_power(t: &mut Thread, base: Magnitude, exponent: u64) -> PyResult {
    // The factors of two are put in at the end.
    let limbs = base.limbs();
    let low_zeros = limbs.iter().take_while(|&&limb| limb == 0).count();
    let twos = low_zeros as u64 * 64 + limbs[low_zeros].trailing_zeros() as u64;
    let mut odd = vec![0; limbs.len() - low_zeros];
    limbs::shift_right(limbs, twos, &mut odd);
    odd.truncate(limbs::trim(&odd).len());
    let power = odd_power(t, &odd, exponent)?;
    let zeros = twos * exponent;
    build(t, base.negative && exponent & 1 == 1, power.len() + (zeros / 64) as usize + 1, |out| {
        limbs::shift_left(&power, zeros, out);
        false
    })
}

/// Squares and multiplies, from the exponent's top bit. May run Python code if the power is very long.
fn odd_power(t: &mut Thread, base: &[u64], exponent: u64) -> PyResult<Vec<u64>> {
    let mut power = base.to_vec();
    if *base == [1] {
        return Ok(power);
    }
    let mut bits = exponent.ilog2();
    if let [factor] = *base {
        // As long as it fits a limb.
        let next = |power: u64, bit: u32| {
            let square = power.checked_mul(power)?;
            if exponent >> bit & 1 == 1 { square.checked_mul(factor) } else { Some(square) }
        };
        while let Some(more) = bits.checked_sub(1).and_then(|bit| next(power[0], bit)) {
            power[0] = more;
            bits -= 1;
        }
    }
    for bit in (0..bits).rev() {
        power = product::product(t, &power, &power)?;
        power.truncate(limbs::trim(&power).len());
        if exponent >> bit & 1 == 1 {
            power = match *base {
                [factor] => {
                    let carry = limbs::mul_add_small(&mut power, factor, 0);
                    power.push(carry);
                    power
                }
                _ => product::product(t, &power, base)?,
            };
            power.truncate(limbs::trim(&power).len());
        }
    }
    Ok(power)
}

/// The power if it fits 128 bits.
fn small_power(base: i64, mut exponent: u64) -> Option<i128> {
    let (mut result, mut square) = (1i128, base as i128);
    loop {
        if exponent & 1 == 1 {
            result = result.checked_mul(square)?;
        }
        exponent >>= 1;
        if exponent == 0 {
            return Some(result);
        }
        square = square.checked_mul(square)?;
    }
}

/// `pow(x, y, m)`
pub fn power_modulo(t: &mut Thread, x: IntRef, y: IntRef, m: IntRef) -> PyResult {
    if m.is_zero() {
        return Err(t.value_error("pow() 3rd argument cannot be 0"));
    }
    if let (IntRef::Small(x), IntRef::Small(y), IntRef::Small(m)) = (x, y, m)
        && y >= 0
    {
        let r = small_power_modulo(x, y as u64, m.unsigned_abs());
        // The result has the sign of the modulus.
        return Ok(from_i64(t, if m < 0 && r != 0 { r as i64 + m } else { r as i64 }));
    }
    let modulus = m.big();
    let positive = modulus.abs();
    let mut base = x.big().mod_floor(&positive);
    let mut exponent = y.big();
    if exponent.is_negative() {
        match inverse(&base, &positive) {
            Some(inverse) => base = inverse,
            None => return Err(t.value_error("base is not invertible for the given modulus")),
        }
        exponent = -exponent;
    }
    let mut result = if modulus.bits() <= LONG_MODULUS {
        base.modpow(&exponent, &positive)
    } else {
        long_power_modulo(t, base, &exponent, &positive)?
    };
    if modulus.is_negative() && !result.is_zero() {
        result += &modulus;
    }
    Ok(from_bigint(t, result))
}

/// `pow(a, b, modulus)` of any values, by the first special method that knows them.
pub fn pow_mod(t: &mut Thread, a: Value, b: Value, modulus: Value) -> PyResult {
    if let (Some(x), Some(y), Some(m)) = (as_exact_int(a), as_exact_int(b), as_exact_int(modulus)) {
        return power_modulo(t, x, y, m);
    }
    let (ta, tb) = (type_of(a), type_of(b));
    let left = ta.special(t, Special::Pow as usize);
    let right = if ta == tb { None } else { tb.special(t, Special::RPow as usize) };
    let overridden = right.is_some() && tb.is_subtype(ta) && ta.special(t, Special::RPow as usize) != right;
    let mut tries = [left.map(|m| (m, a, b)), right.map(|m| (m, b, a))];
    if overridden {
        tries.reverse();
    }
    for (method, receiver, argument) in tries.into_iter().flatten() {
        let result = call::call_unbound(t, method, receiver, &[argument, modulus])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if let Some(result) = by_modulus(t, a, b, modulus)? {
        return Ok(result);
    }
    let names = [a, b, modulus].map(|v| type_of(v).name());
    let [a, b, modulus] = names;
    Err(t.type_error(format!("unsupported operand type(s) for ** or pow(): '{a}', '{b}', '{modulus}'")))
}

/// The type of the modulus is asked last; of the built-in ones, only float and complex refuse on their own.
fn by_modulus(t: &mut Thread, a: Value, b: Value, modulus: Value) -> PyResult<Option<Value>> {
    let is_number = |v: Value| super::of(v).is_some() || float::as_float(v).is_some();
    if is_number(a) && is_number(b) && float::as_float(modulus).is_some() {
        return Err(t.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    if complex::as_complex(modulus).is_some() && is_number(a) && is_number(b) {
        return Err(t.value_error("complex modulo"));
    }
    Ok(None)
}

/// Bits of a modulus up to which a power is computed at a stretch.
const LONG_MODULUS: u64 = 1 << 13;

/// As num-bigint's `modpow`, looking at pending signals between the steps.
fn long_power_modulo(t: &mut Thread, base: BigInt, exponent: &BigInt, modulus: &BigInt) -> PyResult<BigInt> {
    let mut power = BigInt::one() % modulus;
    for bit in (0..exponent.bits()).rev() {
        safepoint::poll(t)?;
        power = &power * &power % modulus;
        if exponent.bit(bit) {
            power = power * &base % modulus;
        }
    }
    Ok(power)
}

fn small_power_modulo(base: i64, mut exponent: u64, modulus: u64) -> u64 {
    let m = modulus as u128;
    let mut square = (base as i128).rem_euclid(m as i128) as u128;
    let mut result = 1 % m;
    while exponent != 0 {
        if exponent & 1 == 1 {
            result = result * square % m;
        }
        square = square * square % m;
        exponent >>= 1;
    }
    result as u64
}

/// The inverse of `n` modulo `m`, if there is one; `m` is positive and `n` in `0..m`.
fn inverse(n: &BigInt, m: &BigInt) -> Option<BigInt> {
    if m.is_one() {
        return Some(BigInt::zero());
    }
    let gcd = n.extended_gcd(m);
    gcd.gcd.is_one().then(|| gcd.x.mod_floor(m))
}
