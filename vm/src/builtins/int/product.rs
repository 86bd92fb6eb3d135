//! Long products, which an interrupt can end.

use super::limbs;
use crate::{error::PyResult, interp::safepoint, thread::Thread};

/// Factors of at most this many limbs are multiplied at a stretch: in some tens of milliseconds.
const STRETCH: usize = 1 << 14;

/// Limb products between two looks at pending signals.
const WORK: usize = 1 << 24;

/// Counts limb products, and looks at pending signals after some of them. May run Python code.
pub(super) fn poll_after(t: &mut Thread, work: &mut usize, done: usize) -> PyResult<()> {
    *work += done;
    if *work < WORK {
        return Ok(());
    }
    *work = 0;
    safepoint::poll(t)
}

/// `a * b`; `a` is the longer one. May run Python code if both are very long.
pub(super) fn product(t: &mut Thread, a: &[u64], b: &[u64]) -> PyResult<Vec<u64>> {
    if b.len() < limbs::SHORT_FACTOR {
        let mut out = vec![0; a.len() + b.len()];
        limbs::mul(a, b, &mut out);
        return Ok(out);
    }
    if b.len() <= STRETCH {
        // A much longer factor is taken in parts of the shorter one's length.
        if a.len() <= 2 * b.len() {
            return Ok(limbs::mul_long(a, b));
        }
        return in_parts(t, a, b);
    }
    safepoint::poll(t)?;
    if a.len() > 2 * b.len() { in_parts(t, a, b) } else { karatsuba(t, a, b) }
}

/// The product with one factor cut into parts of the other's length.
fn in_parts(t: &mut Thread, a: &[u64], b: &[u64]) -> PyResult<Vec<u64>> {
    let mut out = vec![0; a.len() + b.len()];
    let mut work = 0;
    for (i, part) in a.chunks(b.len()).enumerate() {
        let part = limbs::trim(part);
        let piece = if part.len() < b.len() { product(t, b, part)? } else { product(t, part, b)? };
        add_at(&mut out, &piece, i * b.len());
        poll_after(t, &mut work, b.len() * limbs::SHORT_FACTOR)?;
    }
    Ok(out)
}

/// Three products of halves (Karatsuba and Ofman, 1962).
fn karatsuba(t: &mut Thread, a: &[u64], b: &[u64]) -> PyResult<Vec<u64>> {
    let half = a.len().div_ceil(2);
    let (a_low, a_high) = a.split_at(half);
    let (b_low, b_high) = b.split_at(half.min(b.len()));
    let square = std::ptr::eq(a, b);
    let low = ordered(t, a_low, b_low)?;
    let high = ordered(t, a_high, b_high)?;
    let a_sum = sum(a_low, a_high);
    let mut middle = if square {
        ordered(t, &a_sum, &a_sum)?
    } else {
        let b_sum = sum(b_low, b_high);
        ordered(t, &a_sum, &b_sum)?
    };
    sub_from(&mut middle, &low);
    sub_from(&mut middle, &high);
    let mut out = vec![0; a.len() + b.len()];
    add_at(&mut out, &low, 0);
    add_at(&mut out, &high, 2 * half);
    add_at(&mut out, limbs::trim(&middle), half);
    Ok(out)
}

/// The product of two magnitudes of any length, leading zeros allowed.
fn ordered(t: &mut Thread, a: &[u64], b: &[u64]) -> PyResult<Vec<u64>> {
    if std::ptr::eq(a, b) {
        let a = limbs::trim(a);
        return product(t, a, a);
    }
    let (a, b) = (limbs::trim(a), limbs::trim(b));
    if a.len() < b.len() { product(t, b, a) } else { product(t, a, b) }
}

fn sum(a: &[u64], b: &[u64]) -> Vec<u64> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut out = vec![0; long.len() + 1];
    limbs::add(long, short, &mut out);
    out.truncate(limbs::trim(&out).len());
    out
}

/// `out += part << 64 * at`; the sum fits.
fn add_at(out: &mut [u64], part: &[u64], at: usize) {
    let part = limbs::trim(part);
    limbs::add_in_place(&mut out[at..], part);
}

/// `from -= part`, which is not above it.
fn sub_from(from: &mut [u64], part: &[u64]) {
    limbs::sub_in_place(from, limbs::trim(part));
}
