//! `int`: numbers of up to 62 bits are immediate values; the body here holds the larger ones.

mod arith;
mod boolean;
mod bytes;
mod construct;
mod divide;
mod methods;
mod power;
mod text;

use std::{borrow::Cow, cmp::Ordering};

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;
use pystm_gc::{Header, Layout, Object, Trace, layout::Size};
use pystm_text::number;

use crate::{
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

pub use arith::{binary, binary_of};
pub use boolean::DEF as BOOL_DEF;
pub use construct::{from_number, parse, to_int};
pub use divide::true_divide;
pub use methods::DEF;
pub use power::{pow_mod, power_modulo};
pub use text::{max_str_digits, repr, to_text};

/// Body of an int that needs more than 62 bits.
#[repr(C)]
pub struct Int {
    header: Header,
    digits: Digits,
}

/// The digits: inside the object if they fit 128 bits.
enum Digits {
    Wide([u64; 2]),
    Big(BigInt),
}

// SAFETY: `repr(C)`, header first; only such ints have the kind.
unsafe impl Body for Int {
    const KIND: Kind = Kind::Int;
}

/// Layout of big ints.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Leaf, size: Size::Fixed(size_of::<Int>() as u32), drop: Some(drop_value) };

/// # Safety
/// `object` must be a dead big int.
unsafe fn drop_value(object: *mut Object) {
    // SAFETY: the caller vouches for the object; the collector drops it once.
    unsafe { std::ptr::drop_in_place(&raw mut (*(object as *mut Int)).digits) }
}

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
    Big(&'static BigInt),
}

impl IntRef {
    /// The number as a big integer; borrowed if it is one.
    pub fn big(self) -> Cow<'static, BigInt> {
        match self {
            IntRef::Small(n) => Cow::Owned(BigInt::from(n)),
            IntRef::Wide(n) => Cow::Owned(BigInt::from(n)),
            IntRef::Big(n) => Cow::Borrowed(n),
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
            IntRef::Wide(n) => number::Int::from(BigInt::from(n)),
            IntRef::Big(n) => number::Int::Big(n.clone()),
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
            IntRef::Big(n) => n.sign() == Sign::Minus,
        }
    }

    /// Whether it is odd.
    pub fn is_odd(self) -> bool {
        match self {
            IntRef::Small(n) => n & 1 != 0,
            IntRef::Wide(n) => n & 1 != 0,
            IntRef::Big(n) => n.bit(0),
        }
    }

    /// Number of bits of the magnitude.
    pub fn bits(self) -> u64 {
        match self {
            IntRef::Small(n) => (u64::BITS - n.unsigned_abs().leading_zeros()) as u64,
            IntRef::Wide(n) => (u128::BITS - n.unsigned_abs().leading_zeros()) as u64,
            IntRef::Big(n) => n.bits(),
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
            IntRef::Big(n) => n.to_f64().filter(|f| f.is_finite()),
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
            IntRef::Wide(n) => {
                const MODULUS: u128 = (1 << 61) - 1;
                let rest = (n.unsigned_abs() % MODULUS) as i64;
                pystm_text::hash::hash_i64(if n < 0 { -rest } else { rest })
            }
            IntRef::Big(n) => pystm_text::hash::hash_bigint(n),
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
            (IntRef::Big(x), IntRef::Big(y)) => x.cmp(y),
            // A big int is farther from 0 than any other.
            (_, IntRef::Big(y)) => {
                if y.sign() == Sign::Minus {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (IntRef::Big(x), _) => {
                if x.sign() == Sign::Minus {
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
        Some(o) if o.header.shape() == Kind::Int.shape() => Some(match &known_big(value).digits {
            Digits::Wide([low, high]) => IntRef::Wide((*high as i128) << 64 | *low as i128),
            Digits::Big(n) => IntRef::Big(n),
        }),
        Some(_) => None,
        None if value.is_bool() => Some(IntRef::Small((value == Value::TRUE) as i64)),
        None => None,
    }
}

fn known_big(value: Value) -> &'static Int {
    // SAFETY: the caller has checked the shape; the object lives as long as its value can be seen from the stack.
    unsafe { &*Ref::<Int>::known(value).as_ptr() }
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
    of(value).map(|n| n.big().into_owned())
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
        None => new_wide(t, n as i128),
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
        None => new_wide(t, n),
    }
}

/// A new int.
pub fn from_bigint(t: &mut Thread, n: BigInt) -> Value {
    match small_number(&n) {
        Some(small) => from_i128(t, small),
        None => new_big(t, n),
    }
}

/// The number, if it has at most 128 bits.
#[inline]
fn small_number(n: &BigInt) -> Option<i128> {
    if n.bits() > 128 { None } else { n.to_i128() }
}

/// A new int.
pub fn from_bigint_ref(t: &mut Thread, n: &BigInt) -> Value {
    match small_number(n) {
        Some(small) => from_i128(t, small),
        None => new_big(t, n.clone()),
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

/// An int object again from its number.
pub fn from_ref(t: &mut Thread, n: IntRef) -> Value {
    match n {
        IntRef::Small(n) => from_i64(t, n),
        IntRef::Wide(n) => from_i128(t, n),
        IntRef::Big(n) => from_bigint_ref(t, n),
    }
}

#[inline(never)]
fn new_wide(t: &mut Thread, n: i128) -> Value {
    // Digits inside the object: nothing to drop.
    Ref::new(t, |header| Int { header, digits: Digits::Wide([n as u64, (n >> 64) as u64]) }).value()
}

#[inline(never)]
fn new_big(t: &mut Thread, n: BigInt) -> Value {
    let bytes = (n.bits() / 8) as usize;
    let object = Ref::new(t, |header| Int { header, digits: Digits::Big(n) });
    t.mutator.registry.add_droppable(object.as_ptr() as *mut Object);
    t.mutator.note_external(bytes);
    object.value()
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
