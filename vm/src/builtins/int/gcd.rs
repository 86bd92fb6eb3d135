//! The greatest common divisor.

use super::{
    IntRef,
    digits::{self, Magnitude},
    divide, from_i128, limbs,
};
use crate::{error::PyResult, thread::Thread, value::Value};

/// `math.gcd(x, y)`
pub fn gcd(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if let (IntRef::Small(x), IntRef::Small(y)) = (x, y) {
        return Ok(from_i128(t, gcd_64(x.unsigned_abs(), y.unsigned_abs()) as i128));
    }
    let (x, y) = (Magnitude::of(x), Magnitude::of(y));
    let (mut x, mut y) = (x.limbs().to_vec(), y.limbs().to_vec());
    if limbs::cmp(&x, &y).is_lt() {
        std::mem::swap(&mut x, &mut y);
    }
    while y.len() > 2 {
        let (a, b) = (limbs::bits(&x), limbs::bits(&y));
        match if a - b < 32 { matrix(top_bits(&x, a), top_bits(&y, a)) } else { None } {
            Some(m) => (x, y) = (m.row(&x, &y, 0), m.row(&x, &y, 1)),
            None => {
                let rest = divide::remainder(t, &x, &y)?;
                x = std::mem::replace(&mut y, rest);
            }
        }
    }
    if x.len() > 2 && !y.is_empty() {
        let rest = divide::remainder(t, &x, &y)?;
        x = std::mem::replace(&mut y, rest);
    }
    if y.is_empty() {
        return digits::from_limbs(t, false, &x);
    }
    let wide = |n: &[u64]| n.iter().rev().fold(0u128, |wide, &limb| wide << 64 | limb as u128);
    let result = gcd_128(wide(&x), wide(&y));
    digits::from_limbs(t, false, &[result as u64, (result >> 64) as u64])
}

fn gcd_64(mut x: u64, mut y: u64) -> u64 {
    while y != 0 {
        (x, y) = (y, x % y);
    }
    x
}

fn gcd_128(mut x: u128, mut y: u128) -> u128 {
    if x < y {
        std::mem::swap(&mut x, &mut y);
    }
    while y >> 64 != 0 {
        let shift = 68 - x.leading_zeros();
        (x, y) = match matrix((x >> shift) as i64, (y >> shift) as i64) {
            Some(m) => (m.row_128(x, y, 0), m.row_128(x, y, 1)),
            None => (y, x % y),
        };
    }
    if y == 0 { x } else { gcd_64(y as u64, (x % y) as u64) as u128 }
}

/// The 60 bits of a magnitude below bit `end`.
fn top_bits(limbs: &[u64], end: u64) -> i64 {
    let start = end - 60;
    let (whole, part) = ((start / 64) as usize, start % 64);
    let limb = |i: usize| limbs.get(i).copied().unwrap_or(0) as u128;
    (((limb(whole + 1) << 64 | limb(whole)) >> part) as u64 & ((1 << 60) - 1)) as i64
}

/// Some steps of Euclid's algorithm as one linear map: `(x, y)` becomes `(a x + b y, c x + d y)`.
struct Matrix([[i64; 2]; 2]);

/// Lehmer's algorithm with one division a step, as in CPython's `longobject.c`: the steps that the leading bits of both
/// numbers decide. `None` if they decide none.
fn matrix(mut x: i64, mut y: i64) -> Option<Matrix> {
    let (mut a, mut b, mut c, mut d) = (1i64, 0i64, 0i64, 1i64);
    let mut odd = false;
    while y != c {
        let quotient = (x + (a - 1)) / (y - c);
        let (s, rest) = (b + quotient * d, x - quotient * y);
        if s > rest {
            break;
        }
        (x, y) = (y, rest);
        (a, b, c, d) = (d, c, s, a + quotient * c);
        odd = !odd;
    }
    match (b, odd) {
        (0, false) => None,
        (_, true) => Some(Matrix([[-b, a], [d, -c]])),
        (_, false) => Some(Matrix([[a, -b], [-c, d]])),
    }
}

impl Matrix {
    /// One row applied to a pair of numbers above it.
    fn row_128(&self, x: u128, y: u128, row: usize) -> u128 {
        let [a, b] = self.0[row];
        // The products may overflow, the sum does not.
        x.wrapping_mul(a as i128 as u128).wrapping_add(y.wrapping_mul(b as i128 as u128))
    }

    /// One row applied to a pair; its factors have different signs, and the result is not negative.
    fn row(&self, x: &[u64], y: &[u64], row: usize) -> Vec<u64> {
        let [a, b] = self.0[row];
        let mut out = Vec::with_capacity(x.len());
        let mut carry: i128 = 0;
        for (i, &limb) in x.iter().enumerate() {
            let other = y.get(i).copied().unwrap_or(0);
            // Factors have at most 60 bits, so each product fits 124.
            let total = a as i128 * limb as i128 + b as i128 * other as i128 + carry;
            out.push(total as u64);
            carry = total >> 64;
        }
        out.truncate(limbs::trim(&out).len());
        out
    }
}

/// `math.lcm(x, y)`
pub fn lcm(t: &mut Thread, x: IntRef, y: IntRef) -> PyResult {
    if x.is_zero() || y.is_zero() {
        return Ok(Value::ZERO);
    }
    let divisor = gcd(t, x, y)?;
    let divisor = super::of(divisor).unwrap_or(IntRef::Small(1));
    let part = divide::floor_div(t, x, divisor)?;
    let part = super::of(part).unwrap_or(IntRef::Small(1));
    let product = super::arith::mul(t, part, y)?;
    let product = super::of(product).unwrap_or(IntRef::Small(0));
    super::arith::with_sign(t, product, false)
}
