//! Arithmetic on magnitudes: little-endian slices of 64-bit limbs. The algorithms are the schoolbook ones (Knuth, TAOCP 2,
//! 4.3.1); long products go to num-bigint.

use std::{cell::Cell, cmp::Ordering};

use num_bigint::BigUint;

/// The limbs without leading zeros.
pub fn trim(limbs: &[u64]) -> &[u64] {
    let len = limbs.iter().rposition(|&limb| limb != 0).map_or(0, |last| last + 1);
    &limbs[..len]
}

/// Number of bits of a trimmed magnitude.
pub fn bits(limbs: &[u64]) -> u64 {
    limbs.last().map_or(0, |top| limbs.len() as u64 * 64 - top.leading_zeros() as u64)
}

/// Order of trimmed magnitudes.
pub fn cmp(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// `out = a + b`; `a` is the longer one and `out` has one limb more.
pub fn add(a: &[u64], b: &[u64], out: &mut [u64]) {
    let (low, high) = a.split_at(b.len());
    let (out_low, out_high) = out.split_at_mut(b.len());
    let mut carry = each_pair(low, b, out_low, u64::carrying_add);
    for (out, &x) in out_high.iter_mut().zip(high) {
        (*out, carry) = x.overflowing_add(carry as u64);
    }
    out_high[high.len()] = carry as u64;
}

/// `out = a - b`; `a` is not below `b`, and `out` as long as `a`.
pub fn sub(a: &[u64], b: &[u64], out: &mut [u64]) {
    let (low, high) = a.split_at(b.len());
    let (out_low, out_high) = out.split_at_mut(b.len());
    let mut borrow = each_pair(low, b, out_low, u64::borrowing_sub);
    for (out, &x) in out_high.iter_mut().zip(high) {
        (*out, borrow) = x.overflowing_sub(borrow as u64);
    }
}

/// Puts together limbs of slices of one length, from the lowest, with a carry; the last carry.
#[inline(always)]
fn each_pair(a: &[u64], b: &[u64], out: &mut [u64], op: impl Fn(u64, u64, bool) -> (u64, bool)) -> bool {
    // In blocks the carry stays in the processor's flag.
    const BLOCK: usize = 8;
    let (a, a_rest) = a.as_chunks::<BLOCK>();
    let (b, b_rest) = b.as_chunks::<BLOCK>();
    let (out, out_rest) = out.as_chunks_mut::<BLOCK>();
    let mut carry = false;
    for ((out, x), y) in out.iter_mut().zip(a).zip(b) {
        for i in 0..BLOCK {
            (out[i], carry) = op(x[i], y[i], carry);
        }
    }
    for ((out, &x), &y) in out_rest.iter_mut().zip(a_rest).zip(b_rest) {
        (*out, carry) = op(x, y, carry);
    }
    carry
}

/// `a += b`; the sum fits, and `b` is no longer than `a`.
pub fn add_in_place(a: &mut [u64], b: &[u64]) {
    let mut carry = false;
    let (low, high) = a.split_at_mut(b.len());
    for (x, &y) in low.iter_mut().zip(b) {
        (*x, carry) = x.carrying_add(y, carry);
    }
    if carry {
        increment(high);
    }
}

/// `a -= b`, which is not above it.
pub fn sub_in_place(a: &mut [u64], b: &[u64]) {
    let mut borrow = false;
    let (low, high) = a.split_at_mut(b.len());
    for (x, &y) in low.iter_mut().zip(b) {
        (*x, borrow) = x.borrowing_sub(y, borrow);
    }
    for x in high {
        (*x, borrow) = x.overflowing_sub(borrow as u64);
    }
}

/// Below this many limbs of the shorter factor, schoolbook multiplication is the fastest.
pub const SHORT_FACTOR: usize = 32;

/// `out = a * b` by the schoolbook method; `out` is as long as both together.
pub fn mul(a: &[u64], b: &[u64], out: &mut [u64]) {
    let Some(&first) = b.first() else { return out.fill(0) };
    out[a.len()] = set_product(&mut out[..a.len()], a, first);
    for (i, &y) in b.iter().enumerate().skip(1) {
        out[i + a.len()] = add_product(&mut out[i..i + a.len()], a, y);
    }
}

/// `out = a * y`; the carry.
fn set_product(out: &mut [u64], a: &[u64], y: u64) -> u64 {
    let mut carry = 0;
    for (out, &x) in out.iter_mut().zip(a) {
        (*out, carry) = x.carrying_mul(y, carry);
    }
    carry
}

/// `out += a * y`; the carry.
fn add_product(out: &mut [u64], a: &[u64], y: u64) -> u64 {
    let mut carry = 0;
    for (out, &x) in out.iter_mut().zip(a) {
        (*out, carry) = x.carrying_mul_add(y, *out, carry);
    }
    carry
}

/// `limbs = limbs * factor + addend`; the carry.
pub fn mul_add_small(limbs: &mut [u64], factor: u64, addend: u64) -> u64 {
    let mut carry = addend;
    for limb in limbs {
        let product = *limb as u128 * factor as u128 + carry as u128;
        *limb = product as u64;
        carry = (product >> 64) as u64;
    }
    carry
}

/// The product of long magnitudes, in num-bigint's hands.
pub fn mul_long(a: &[u64], b: &[u64]) -> Vec<u64> {
    let x = to_biguint(a);
    let product = if std::ptr::eq(a, b) { &x * &x } else { x * to_biguint(b) };
    product.to_u64_digits()
}

/// The magnitude as num-bigint has it.
pub fn to_biguint(limbs: &[u64]) -> BigUint {
    BigUint::new(limbs.iter().flat_map(|&limb| [limb as u32, (limb >> 32) as u32]).collect())
}

/// Divides by one number many times: multiplication by a reciprocal instead of division (Möller and Granlund, "Improved
/// division by invariant integers", 2011).
#[derive(Clone, Copy)]
pub struct Divisor {
    /// The divisor, shifted to have its top bit set.
    normalized: u64,
    shift: u32,
    reciprocal: u64,
}

impl Divisor {
    /// A divisor, which is not 0.
    pub fn new(divisor: u64) -> Divisor {
        let shift = divisor.leading_zeros();
        let normalized = divisor << shift;
        let reciprocal = ((!normalized as u128) << 64 | u64::MAX as u128) / normalized as u128;
        Divisor { normalized, shift, reciprocal: reciprocal as u64 }
    }

    /// Quotient and remainder of two limbs by the normalized divisor; `high` is below it.
    #[inline(always)]
    fn divide(&self, high: u64, low: u64) -> (u64, u64) {
        let estimate =
            (self.reciprocal as u128 * high as u128).wrapping_add((high as u128) << 64 | low as u128);
        let fraction = estimate as u64;
        let mut quotient = ((estimate >> 64) as u64).wrapping_add(1);
        let mut rest = low.wrapping_sub(quotient.wrapping_mul(self.normalized));
        if rest > fraction {
            quotient = quotient.wrapping_sub(1);
            rest = rest.wrapping_add(self.normalized);
        }
        if rest >= self.normalized {
            quotient = quotient.wrapping_add(1);
            rest -= self.normalized;
        }
        (quotient, rest)
    }

    /// Divides a magnitude of `len` limbs, from the top; the remainder. A limb is read before it is put.
    #[inline(always)]
    fn each(&self, len: usize, get: impl Fn(usize) -> u64, put: impl Fn(usize, u64)) -> u64 {
        let carried = |i: usize| if self.shift == 0 { 0 } else { get(i) >> (64 - self.shift) };
        let mut rest = if len == 0 { 0 } else { carried(len - 1) };
        for i in (0..len).rev() {
            let below = if i == 0 { 0 } else { carried(i - 1) };
            let (quotient, r) = self.divide(rest, get(i) << self.shift | below);
            put(i, quotient);
            rest = r;
        }
        rest >> self.shift
    }

    /// Replaces a magnitude by its quotient; the remainder.
    pub fn divide_in_place(&self, limbs: &mut [u64]) -> u64 {
        let cells = Cell::from_mut(limbs).as_slice_of_cells();
        self.each(cells.len(), |i| cells[i].get(), |i, quotient| cells[i].set(quotient))
    }

    /// `out = limbs / divisor`, as long as `limbs`; the remainder.
    pub fn divide_into(&self, limbs: &[u64], out: &mut [u64]) -> u64 {
        let cells = Cell::from_mut(out).as_slice_of_cells();
        self.each(limbs.len(), |i| limbs[i], |i, quotient| cells[i].set(quotient))
    }

    /// The remainder alone.
    pub fn remainder(&self, limbs: &[u64]) -> u64 {
        self.each(limbs.len(), |i| limbs[i], |_, _| {})
    }
}

/// The quotient of trimmed magnitudes, the divisor of two limbs or more, if it is small and their upper bits tell it for certain.
/// It never divides exactly then: `quotient * divisor < dividend`.
pub fn quotient_of_tops(dividend: &[u64], divisor: &[u64]) -> Option<u64> {
    /// Longer quotients would rarely be certain.
    const QUOTIENT_BITS: u64 = 40;
    let (longer, shorter) = (bits(dividend), bits(divisor));
    if longer < shorter || longer - shorter > QUOTIENT_BITS {
        return None;
    }
    // With `x` and `y` cut off, the quotient is above `x / (y + 1)` and below `(x + 1) / y`.
    let cut = shorter - 64;
    let (x, y) = (from_bit(dividend, cut), from_bit(divisor, cut));
    let (quotient, rest) = (x / y, x % y);
    (rest >= quotient).then_some(quotient as u64)
}

/// The bits from number `start` on, of which there are at most 128.
fn from_bit(limbs: &[u64], start: u64) -> u128 {
    let (whole, part) = ((start / 64) as usize, start % 64);
    let limb = |i: usize| limbs.get(whole + i).map_or(0, |&limb| limb as u128);
    let low = limb(1) << 64 | limb(0);
    if part == 0 { low } else { limb(2) << (128 - part) | low >> part }
}

/// The remainder of magnitudes whose quotient is known, one limb, and not 0.
pub fn remainder_of_quotient(dividend: &[u64], divisor: &[u64], quotient: u64) -> Vec<u64> {
    let mut rest = vec![0; divisor.len() + 1];
    rest[..dividend.len()].copy_from_slice(dividend);
    sub_product(&mut rest, divisor, quotient);
    rest
}

/// Knuth's algorithm D, step by step: the quotient's limbs from the top.
pub struct LongDivision {
    /// What is left of the dividend, shifted; in the end, the remainder.
    rest: Vec<u64>,
    divisor: Vec<u64>,
    /// Both have been shifted by this many bits.
    shift: u64,
    /// The top limb of the divisor.
    top: Divisor,
    /// Quotient limbs that are still to come.
    left: usize,
}

impl LongDivision {
    /// Divides trimmed magnitudes; the divisor has at least two limbs and no more than the dividend.
    pub fn new(dividend: &[u64], divisor: &[u64]) -> LongDivision {
        let shift = divisor[divisor.len() - 1].leading_zeros() as u64;
        let mut rest = vec![0; dividend.len() + 1];
        shift_left(dividend, shift, &mut rest);
        let mut shifted = vec![0; divisor.len() + 1];
        shift_left(divisor, shift, &mut shifted);
        shifted.pop();
        let top = Divisor::new(shifted[shifted.len() - 1]);
        let left = rest.len() - shifted.len();
        LongDivision { rest, divisor: shifted, shift, top, left }
    }

    /// Limbs of the quotient that are still to come.
    pub fn left(&self) -> usize {
        self.left
    }

    /// The next limb of the quotient, number `left()` after the call.
    pub fn step(&mut self) -> u64 {
        let n = self.divisor.len();
        self.left -= 1;
        let window = &mut self.rest[self.left..=self.left + n];
        let (high, middle, low) = (window[n], window[n - 1], window[n - 2]);
        let (top, second) = (self.divisor[n - 1], self.divisor[n - 2]);
        let (mut quotient, mut left_over) = if high >= top {
            // Only equality is possible.
            let (sum, overflow) = middle.overflowing_add(top);
            (u64::MAX, if overflow { None } else { Some(sum) })
        } else {
            let (quotient, rest) = self.top.divide(high, middle);
            (quotient, Some(rest))
        };
        while let Some(rest) = left_over
            && quotient as u128 * second as u128 > ((rest as u128) << 64 | low as u128)
        {
            quotient -= 1;
            left_over = rest.checked_add(top);
        }
        if sub_product(window, &self.divisor, quotient) {
            quotient -= 1;
            let mut carry = false;
            for (x, &y) in window.iter_mut().zip(&self.divisor) {
                (*x, carry) = x.carrying_add(y, carry);
            }
            window[n] = window[n].wrapping_add(carry as u64);
        }
        quotient
    }

    /// The remainder, once no limb of the quotient is left.
    pub fn remainder(mut self) -> Vec<u64> {
        self.rest.truncate(self.divisor.len());
        let mut remainder = vec![0; self.rest.len()];
        shift_right(&self.rest, self.shift, &mut remainder);
        remainder
    }
}

/// `window -= divisor * quotient`; whether that was too much.
fn sub_product(window: &mut [u64], divisor: &[u64], quotient: u64) -> bool {
    let mut carry: u64 = 0;
    for (x, &y) in window.iter_mut().zip(divisor) {
        let product = y as u128 * quotient as u128 + carry as u128;
        let (difference, borrow) = x.overflowing_sub(product as u64);
        *x = difference;
        carry = (product >> 64) as u64 + borrow as u64;
    }
    let n = divisor.len();
    let (difference, borrow) = window[n].overflowing_sub(carry);
    window[n] = difference;
    borrow
}

/// `out = limbs << count`; `out` has room for all bits, and more limbs of it become 0.
pub fn shift_left(limbs: &[u64], count: u64, out: &mut [u64]) {
    let (whole, part) = ((count / 64) as usize, count % 64);
    out[..whole].fill(0);
    if part == 0 {
        out[whole..whole + limbs.len()].copy_from_slice(limbs);
        out[whole + limbs.len()..].fill(0);
        return;
    }
    let mut carry = 0;
    for (out, &limb) in out[whole..].iter_mut().zip(limbs) {
        *out = limb << part | carry;
        carry = limb >> (64 - part);
    }
    if let Some((first, rest)) = out[whole + limbs.len()..].split_first_mut() {
        *first = carry;
        rest.fill(0);
    }
}

/// `out = limbs >> count`, as many limbs as are left; whether a bit was lost.
pub fn shift_right(limbs: &[u64], count: u64, out: &mut [u64]) -> bool {
    let (whole, part) = ((count / 64) as usize, count % 64);
    let (gone, rest) = limbs.split_at(whole);
    let mut lost = gone.iter().any(|&limb| limb != 0);
    if part == 0 {
        out.copy_from_slice(rest);
        return lost;
    }
    lost |= rest.first().is_some_and(|&limb| limb << (64 - part) != 0);
    for (i, out) in out.iter_mut().enumerate() {
        let above = rest.get(i + 1).map_or(0, |&limb| limb << (64 - part));
        *out = rest[i] >> part | above;
    }
    lost
}

/// Adds 1 in place; the last limb must not overflow.
pub fn increment(limbs: &mut [u64]) {
    for limb in limbs {
        let (sum, overflow) = limb.overflowing_add(1);
        *limb = sum;
        if !overflow {
            return;
        }
    }
}

/// The limbs of the infinite two's complement of a number.
pub fn twos_complement(limbs: &[u64], negative: bool) -> impl Iterator<Item = u64> {
    let mut carry = negative;
    limbs.iter().copied().chain(std::iter::repeat(0)).map(move |limb| {
        if !negative {
            return limb;
        }
        let (complement, overflow) = (!limb).overflowing_add(carry as u64);
        carry = overflow;
        complement
    })
}

/// Replaces a negative number in two's complement by its magnitude.
pub fn negate(limbs: &mut [u64]) {
    for limb in limbs.iter_mut() {
        *limb = !*limb;
    }
    increment(limbs);
}

/// The remainder modulo the Mersenne prime `2**61 - 1`.
pub fn hash_remainder(limbs: &[u64]) -> u64 {
    const MODULUS: u64 = (1 << 61) - 1;
    let fold = |n: u64| (n & MODULUS) + (n >> 61);
    // 2**64 is 8 modulo the prime: a rotation of 61 bits by 3.
    let remainder = limbs.iter().rev().fold(0, |rest: u64, &limb| {
        let rotated = (rest << 3 & MODULUS) + (rest >> 58);
        fold(rotated + fold(limb))
    });
    if remainder >= MODULUS { remainder - MODULUS } else { remainder }
}
