//! The hash of numbers: equal numbers of different types have equal hashes.
//!
//! A rational number hashes to its remainder modulo the prime 2**61 - 1, negated for negative numbers
//! ("Hashing of numeric types" in the Python reference, `Python/pyhash.c` in CPython).

use num_bigint::BigInt;

use crate::number::Int;

const BITS: u32 = 61;
const MODULUS: u64 = (1 << BITS) - 1;
const INFINITY: i64 = 314159;
const IMAGINARY: u64 = 1000003;

/// The hash -1 means failure in CPython's interface, so -2 stands for it.
pub(super) fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// The hash of an integer.
pub fn hash_int(value: &Int) -> i64 {
    match value {
        Int::Small(value) => hash_i64(*value),
        Int::Big(value) => hash_bigint(value),
    }
}

/// The hash of a machine integer.
pub fn hash_i64(value: i64) -> i64 {
    signed(value.unsigned_abs() % MODULUS, value < 0)
}

/// The hash of a big integer.
pub fn hash_bigint(value: &BigInt) -> i64 {
    // From the top: rotating by 64 multiplies by 2**64, and 2**61 is 1 modulo the prime.
    let remainder = value.iter_u64_digits().rev().fold(0, |remainder: u64, digit| {
        let shifted = u128::from(remainder) << 64 | u128::from(digit);
        (shifted % u128::from(MODULUS)) as u64
    });
    signed(remainder, value.sign() == num_bigint::Sign::Minus)
}

/// The hash of a float. For a NaN it is up to the caller, as it depends on the object: `None`.
pub fn hash_f64(value: f64) -> Option<i64> {
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 { INFINITY } else { -INFINITY });
    }
    let bits = value.abs().to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = match bits >> 52 {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased as i32 - 1075),
    };
    // Multiplying by a power of two is a rotation of 61 bits.
    let shift = exponent.rem_euclid(BITS as i32) as u32;
    let rotated = (u128::from(mantissa) << shift) % u128::from(MODULUS);
    Some(signed(rotated as u64, value < 0.0))
}

/// The hash of a complex number from those of its parts.
pub fn hash_complex(real_hash: i64, imaginary_hash: i64) -> i64 {
    let combined = (real_hash as u64).wrapping_add(IMAGINARY.wrapping_mul(imaginary_hash as u64));
    not_minus_one(combined as i64)
}

fn signed(remainder: u64, negative: bool) -> i64 {
    not_minus_one(if negative { -(remainder as i64) } else { remainder as i64 })
}
