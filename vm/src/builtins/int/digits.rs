//! The body of big ints, and their numbers as sign and magnitude.

use num_bigint::{BigInt, Sign};
use pystm_gc::{Header, Layout, Object, Trace, layout::Size};

use super::{IntRef, from_i64, limbs};
use crate::{
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    thread::{Thread, keep_header},
    value::Value,
};

/// Body of an int that needs more than 62 bits; the limbs of the magnitude follow, the lowest first.
#[repr(C)]
pub struct Int {
    header: Header,
    /// Number of limbs, below 0 for a negative int. The last limb is not 0.
    size: i64,
}

// SAFETY: `repr(C)`, header first; only such ints have the kind.
unsafe impl Body for Int {
    const KIND: Kind = Kind::Int;
}

/// Layout of big ints.
pub const LAYOUT: Layout = Layout { trace: Trace::Leaf, size: Size::Custom(size_of_int), drop: None };

/// # Safety
/// `object` must be an initialised big int.
unsafe fn size_of_int(object: *const Object) -> usize {
    // SAFETY: the caller vouches for the object.
    let int = unsafe { &*(object as *const Int) };
    size_of::<Int>() + int.size.unsigned_abs() as usize * 8
}

/// Sign and magnitude of a big int. It borrows the limbs: valid as long as the object can be seen from the stack.
#[derive(Clone, Copy, Debug)]
pub struct Digits {
    /// Whether the number is below 0.
    pub negative: bool,
    /// The magnitude: not 0, without leading zeros, the lowest limb first.
    pub limbs: &'static [u64],
}

impl Digits {
    /// The digits of an int object.
    pub(super) fn of(int: Ref<Int>) -> Digits {
        // SAFETY: that many limbs follow the fixed part and never change; see the type's comment on their life.
        let limbs = unsafe {
            let data = int.as_ptr().add(1) as *const u64;
            std::slice::from_raw_parts(data, int.size.unsigned_abs() as usize)
        };
        Digits { negative: int.size < 0, limbs }
    }

    /// The number, if it has at most 128 bits.
    #[inline]
    pub fn to_i128(self) -> Option<i128> {
        let magnitude = match *self.limbs {
            [low] => low as u128,
            [low, high] => (high as u128) << 64 | low as u128,
            _ => return None,
        };
        if self.negative { 0i128.checked_sub_unsigned(magnitude) } else { magnitude.try_into().ok() }
    }

    /// The number as num-bigint has it.
    pub fn to_bigint(self) -> BigInt {
        BigInt::from_biguint(
            if self.negative { Sign::Minus } else { Sign::Plus },
            limbs::to_biguint(self.limbs),
        )
    }
}

/// Sign and magnitude of any int.
#[derive(Clone, Copy)]
pub(super) struct Magnitude {
    pub(super) negative: bool,
    /// The limbs, unless they stand in an int object.
    own: [u64; 2],
    len: usize,
    borrowed: Option<&'static [u64]>,
}

impl Magnitude {
    #[inline]
    pub(super) fn of(n: IntRef) -> Magnitude {
        let (negative, magnitude) = match n {
            IntRef::Small(n) => (n < 0, n.unsigned_abs() as u128),
            IntRef::Wide(n) => (n < 0, n.unsigned_abs()),
            IntRef::Big(digits) => {
                return Magnitude {
                    negative: digits.negative,
                    own: [0; 2],
                    len: 0,
                    borrowed: Some(digits.limbs),
                };
            }
        };
        let own = [magnitude as u64, (magnitude >> 64) as u64];
        let len = if own[1] != 0 { 2 } else { (own[0] != 0) as usize };
        Magnitude { negative, own, len, borrowed: None }
    }

    /// The limbs, without leading zeros.
    #[inline]
    pub(super) fn limbs(&self) -> &[u64] {
        self.borrowed.unwrap_or(&self.own[..self.len])
    }
}

/// An int whose magnitude `fill` writes, all limbs of it, and whose sign it turns by `true`; the limbs are anything before.
/// Nothing may be allocated meanwhile.
pub(super) fn build(
    t: &mut Thread,
    negative: bool,
    len: usize,
    fill: impl FnOnce(&mut [u64]) -> bool,
) -> PyResult {
    let mut negative = negative;
    // SAFETY: the initialiser sets the size, and the limbs up to it. The heap's memory holds numbers, if any.
    let int = unsafe {
        t.try_alloc::<Int>(Kind::Int.shape(), size_of::<Int>() + len * 8, |p| {
            let data = p.add(1) as *mut u64;
            let limbs = std::slice::from_raw_parts_mut(data, len);
            negative ^= fill(limbs);
            let size = limbs::trim(limbs).len() as i64;
            keep_header(p, |header| Int { header, size: if negative { -size } else { size } });
        })?
    };
    Ok(match *Digits::of(int).limbs {
        [] => Value::ZERO,
        [limb] => match small(negative, limb) {
            Some(value) => value,
            None => int.value(),
        },
        _ => int.value(),
    })
}

/// The small int with this sign and magnitude, if there is one.
fn small(negative: bool, magnitude: u64) -> Option<Value> {
    let n = if negative { 0i64.checked_sub_unsigned(magnitude) } else { magnitude.try_into().ok() };
    n.and_then(Value::try_small)
}

/// The int with this sign and magnitude.
pub(super) fn from_limbs(t: &mut Thread, negative: bool, limbs: &[u64]) -> PyResult {
    let limbs = limbs::trim(limbs);
    match *limbs {
        [] => return Ok(Value::ZERO),
        [limb] => {
            if let Some(value) = small(negative, limb) {
                return Ok(value);
            }
        }
        _ => {}
    }
    build(t, negative, limbs.len(), |out| {
        out.copy_from_slice(limbs);
        false
    })
}

/// An int that does not fit 62 bits, of one or two limbs.
#[inline(never)]
pub(super) fn new_wide(t: &mut Thread, n: i128) -> Value {
    let magnitude = n.unsigned_abs();
    let own = [magnitude as u64, (magnitude >> 64) as u64];
    let len = 1 + (own[1] != 0) as usize;
    let size = if n < 0 { -(len as i64) } else { len as i64 };
    // SAFETY: the size and all limbs that it counts are set.
    let int = unsafe {
        t.alloc_bytes::<Int>(Kind::Int.shape(), size_of::<Int>() + 16, |p| {
            keep_header(p, |header| Int { header, size });
            (p.add(1) as *mut [u64; 2]).write(own);
        })
    };
    int.value()
}

/// A new int. Ends the process if memory runs out.
pub fn from_bigint(t: &mut Thread, n: BigInt) -> Value {
    from_bigint_ref(t, &n)
}

/// A new int. Ends the process if memory runs out.
pub fn from_bigint_ref(t: &mut Thread, n: &BigInt) -> Value {
    let negative = n.sign() == Sign::Minus;
    let mut digits = n.iter_u64_digits();
    let len = digits.len();
    if len <= 1 {
        let magnitude = digits.next().unwrap_or(0) as i128;
        return match i64::try_from(if negative { -magnitude } else { magnitude }) {
            Ok(n) => from_i64(t, n),
            Err(_) => new_wide(t, if negative { -magnitude } else { magnitude }),
        };
    }
    let size = if negative { -(len as i64) } else { len as i64 };
    // SAFETY: the size and all limbs that it counts are set.
    let int = unsafe {
        t.alloc_bytes::<Int>(Kind::Int.shape(), size_of::<Int>() + len * 8, |p| {
            keep_header(p, |header| Int { header, size });
            let data = p.add(1) as *mut u64;
            for (i, digit) in digits.enumerate() {
                data.add(i).write(digit);
            }
        })
    };
    int.value()
}
