//! `int`: numbers of up to 62 bits are immediate values; the body here holds the larger ones.

mod arith;
mod boolean;
mod bytes;
mod construct;
mod digits;
mod divide;
mod gcd;
mod limbs;
mod methods;
mod power;
mod product;
mod text;

use std::cmp::Ordering;

use num_bigint::BigInt;
use pystm_text::number;

use crate::{error::PyResult, kind::Kind, object::Ref, thread::Thread, value::Value};

pub use arith::{binary, binary_of};
pub use boolean::DEF as BOOL_DEF;
pub(crate) use construct::exact_result;
pub use construct::{from_number, parse, to_int};
pub use digits::{Digits, Int, LAYOUT, from_bigint, from_bigint_ref};
pub use divide::true_divide;
pub use gcd::{gcd, lcm};
pub use methods::DEF;
pub use power::{pow_mod, power_modulo};
pub use text::{max_str_digits, repr, to_text};

/// Most bits that an int may have; what would need more raises MemoryError before it is computed.
pub const MAX_BITS: u64 = 1 << 35;

/// The number of an int object. It borrows a big int's digits: valid as long as the object can be seen from the stack.
/// Numbers stand in the first variant that can hold them, but a `Small` may have up to 64 bits.
#[derive(Clone, Copy, Debug)]
pub enum IntRef {
    /// Of a small int, or of a bool.
    Small(i64),
    /// Of an int of at most 128 bits.
    Wide(i128),
    /// Of a larger int.
    Big(Digits),
}

impl IntRef {
    /// The number as a big integer.
    pub fn big(self) -> BigInt {
        match self {
            IntRef::Small(n) => BigInt::from(n),
            IntRef::Wide(n) => BigInt::from(n),
            IntRef::Big(n) => n.to_bigint(),
        }
    }

    /// The number, if it has at most 128 bits.
    #[inline]
    pub fn to_i128(self) -> Option<i128> {
        match self {
            IntRef::Small(n) => Some(n as i128),
            IntRef::Wide(n) => Some(n),
            IntRef::Big(_) => None,
        }
    }

    /// The number as the text crate has it.
    pub fn to_text_int(self) -> number::Int {
        match self {
            IntRef::Small(n) => number::Int::Small(n),
            n => number::Int::from(n.big()),
        }
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        matches!(self, IntRef::Small(0))
    }

    /// Whether it is below 0.
    pub fn is_negative(self) -> bool {
        match self {
            IntRef::Small(n) => n < 0,
            IntRef::Wide(n) => n < 0,
            IntRef::Big(n) => n.negative,
        }
    }

    /// Whether it is odd.
    pub fn is_odd(self) -> bool {
        match self {
            IntRef::Small(n) => n & 1 != 0,
            IntRef::Wide(n) => n & 1 != 0,
            IntRef::Big(n) => n.limbs[0] & 1 != 0,
        }
    }

    /// Number of bits of the magnitude.
    pub fn bits(self) -> u64 {
        match self {
            IntRef::Small(n) => (u64::BITS - n.unsigned_abs().leading_zeros()) as u64,
            IntRef::Wide(n) => (u128::BITS - n.unsigned_abs().leading_zeros()) as u64,
            IntRef::Big(n) => limbs::bits(n.limbs),
        }
    }

    /// The number, if it fits.
    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntRef::Small(n) => Some(n),
            IntRef::Wide(n) => i64::try_from(n).ok(),
            IntRef::Big(_) => None,
        }
    }

    /// The nearest float, ties to even; `None` beyond the range of floats.
    pub fn to_f64(self) -> Option<f64> {
        match self {
            IntRef::Small(n) => Some(n as f64),
            IntRef::Wide(n) => Some(n as f64),
            IntRef::Big(n) => divide::to_f64(n),
        }
    }

    /// The nearest float, or `OverflowError: int too large to convert to float`.
    pub fn float(self, t: &mut Thread) -> PyResult<f64> {
        match self.to_f64() {
            Some(f) => Ok(f),
            None => Err(t.overflow_error("int too large to convert to float")),
        }
    }

    /// `hash(int)`
    pub fn hash(self) -> i64 {
        match self {
            IntRef::Small(n) => pystm_text::hash::hash_i64(n),
            n => {
                let n = digits::Magnitude::of(n);
                let rest = limbs::hash_remainder(n.limbs()) as i64;
                pystm_text::hash::hash_i64(if n.negative { -rest } else { rest })
            }
        }
    }
}

impl PartialEq for IntRef {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for IntRef {}

impl PartialOrd for IntRef {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for IntRef {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (IntRef::Small(x), IntRef::Small(y)) => x.cmp(y),
            (IntRef::Big(x), IntRef::Big(y)) => match (x.negative, y.negative) {
                (false, false) => limbs::cmp(x.limbs, y.limbs),
                (true, true) => limbs::cmp(y.limbs, x.limbs),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
            },
            // A big int is farther from 0 than any other.
            (_, IntRef::Big(y)) => {
                if y.negative {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (IntRef::Big(x), _) => {
                if x.negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            _ => self.to_i128().cmp(&other.to_i128()),
        }
    }
}

/// The number of an exact int or a bool, without looking into instances of subclasses.
#[inline]
pub fn as_exact_int(value: Value) -> Option<IntRef> {
    if value.is_small() {
        return Some(IntRef::Small(value.small_value()));
    }
    match value.object() {
        Some(o) if o.header.shape() == Kind::Int.shape() => {
            let digits = Digits::of(Ref::known(value));
            Some(digits.to_i128().map_or(IntRef::Big(digits), IntRef::Wide))
        }
        Some(_) => None,
        None if value.is_bool() => Some(IntRef::Small((value == Value::TRUE) as i64)),
        None => None,
    }
}

/// The exact int of an int, a bool or an instance of a subclass.
#[inline]
pub fn as_int(value: Value) -> Option<Value> {
    if value.is_small() {
        return Some(value);
    }
    if value.is_bool() {
        return Some(Value::small((value == Value::TRUE) as i64));
    }
    let inner = super::wrapped::unwrap(value);
    (inner.is_small() || inner.cast::<Int>().is_some()).then_some(inner)
}

/// The number of an int, a bool or an instance of a subclass.
#[inline]
pub fn of(value: Value) -> Option<IntRef> {
    as_int(value).and_then(as_exact_int)
}

/// The number of an int (or bool, or subclass) as a big integer, if it is one.
pub fn as_bigint(value: Value) -> Option<BigInt> {
    of(value).map(IntRef::big)
}

/// The number of a value that is known to be an int; 0 for others.
pub fn to_bigint(value: Value) -> BigInt {
    as_bigint(value).unwrap_or_default()
}

/// The number of `operator.index(value)`, which is an int.
pub fn index(t: &mut Thread, value: Value) -> PyResult<IntRef> {
    let n = crate::protocol::number::index(t, value)?;
    Ok(of(n).unwrap_or(IntRef::Small(0)))
}

/// Order of two ints (or bools, or instances of subclasses).
pub fn cmp(x: Value, y: Value) -> Ordering {
    of(x).cmp(&of(y))
}

/// A new int.
#[inline]
pub fn from_i64(t: &mut Thread, n: i64) -> Value {
    match Value::try_small(n) {
        Some(v) => v,
        None => digits::new_wide(t, n as i128),
    }
}

/// A new int.
#[inline]
pub fn from_u64(t: &mut Thread, n: u64) -> Value {
    from_i128(t, n as i128)
}

/// A new int.
#[inline]
pub fn from_usize(t: &mut Thread, n: usize) -> Value {
    from_i128(t, n as i128)
}

/// A new int.
#[inline]
pub fn from_i128(t: &mut Thread, n: i128) -> Value {
    match i64::try_from(n).ok().and_then(Value::try_small) {
        Some(v) => v,
        None => digits::new_wide(t, n),
    }
}

/// The number of an int (or bool, or subclass) as the text crate has it; 0 for other values.
pub fn to_text_int(value: Value) -> number::Int {
    of(value).unwrap_or(IntRef::Small(0)).to_text_int()
}

/// A new int from the text crate's.
pub fn from_text_int(t: &mut Thread, n: number::Int) -> Value {
    match n {
        number::Int::Small(n) => from_i64(t, n),
        number::Int::Big(n) => from_bigint(t, n),
    }
}

/// `hash` of a small int.
#[inline]
pub fn hash_small(n: i64) -> i64 {
    const MODULUS: i64 = (1 << 61) - 1;
    match n {
        -1 => -2,
        _ if n > -MODULUS && n < MODULUS => n,
        _ => pystm_text::hash::hash_i64(n),
    }
}

/// The hash that a big result of `__hash__` stands for.
pub fn hash_of_hash(value: Value) -> i64 {
    let n = of(value).unwrap_or(IntRef::Small(0));
    match n.to_i64() {
        Some(-1) => -2,
        Some(n) => n,
        None => n.hash(),
    }
}
