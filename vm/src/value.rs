//! Values: one 64-bit word each.
//!
//! | low bits | meaning |
//! |---|---|
//! | `00` | int of 62 bits, shifted left by two |
//! | `001` | heap object, address plus one |
//! | `010`, `101`, `110` | float, self-tagged (Melançon, Feeley and Serrano, 2023): `rotl(bits + (2 << 60), 4)` |
//! | `011`, `111` | `None`, `True`, `False`, `NotImplemented`, `Ellipsis`, unset, iteration marks |
//!
//! The float encoding covers 0.0, -0.0 and magnitudes of about 2^-255 to 2^255 (and all below 2^-767); the others are
//! boxed.

use pystm_gc::{Object, word};
use pystm_stm::Word;

use crate::object::{Body, Ref};

/// A Python value. Copying it is free and needs no bookkeeping: the collector finds values on native stacks by itself.
/// A value must not be kept in memory that the collector does not know (a `Vec`, a `Box`): see
/// [`RootVec`](crate::thread::RootVec).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(u64);

/// Bit `n % 8` tells whether a word with low three bits `n` is a float.
const FLOAT_TAGS: u64 = 0x6464_6464_6464_6464;
const FLOAT_BIAS: u64 = 2 << 60;

const fn special(n: u64) -> Value {
    Value(n << 3 | 0b011)
}

impl Value {
    /// The absence of a value: empty slots, missing arguments. Never visible to Python code.
    pub const UNSET: Value = special(0);
    /// `None`
    pub const NONE: Value = special(1);
    /// `False`
    pub const FALSE: Value = special(2);
    /// `True`
    pub const TRUE: Value = special(3);
    /// `NotImplemented`
    pub const NOT_IMPLEMENTED: Value = special(4);
    /// `Ellipsis`
    pub const ELLIPSIS: Value = special(5);
    /// First register of an iteration state that counts up to its third register by ones.
    pub const RANGE_STATE: Value = special(6);
    /// The int 0.
    pub const ZERO: Value = Value(0);

    /// Largest small int.
    pub const INT_MAX: i64 = i64::MAX >> 2;
    /// Smallest small int.
    pub const INT_MIN: i64 = i64::MIN >> 2;

    /// The word.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The value with this word.
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        Value((2 + b as u64) << 3 | 0b011)
    }

    /// A small int, unchecked.
    #[inline(always)]
    pub const fn small(n: i64) -> Value {
        Value((n as u64) << 2)
    }

    /// A small int if the number fits.
    #[inline(always)]
    pub const fn try_small(n: i64) -> Option<Value> {
        if n >= Self::INT_MIN && n <= Self::INT_MAX { Some(Value::small(n)) } else { None }
    }

    /// Whether this is a small int.
    #[inline(always)]
    pub const fn is_small(self) -> bool {
        self.0 & 3 == 0
    }

    /// Whether both are small ints.
    #[inline(always)]
    pub const fn both_small(a: Value, b: Value) -> bool {
        (a.0 | b.0) & 3 == 0
    }

    /// The number of a small int. Meaningless for other values.
    #[inline(always)]
    pub const fn small_value(self) -> i64 {
        self.0 as i64 >> 2
    }

    /// The number, if this is a small int.
    #[inline(always)]
    pub const fn as_small(self) -> Option<i64> {
        if self.is_small() { Some(self.small_value()) } else { None }
    }

    /// Whether this is an immediate float.
    #[inline(always)]
    pub const fn is_immediate_float(self) -> bool {
        FLOAT_TAGS >> (self.0 & 63) & 1 != 0
    }

    /// The number of an immediate float. Meaningless for other values.
    #[inline(always)]
    pub const fn immediate_float(self) -> f64 {
        f64::from_bits(self.0.rotate_right(4).wrapping_sub(FLOAT_BIAS))
    }

    /// An immediate float, if the number can be one.
    #[inline(always)]
    pub const fn try_float(f: f64) -> Option<Value> {
        let v = Value(f.to_bits().wrapping_add(FLOAT_BIAS).rotate_left(4));
        if v.is_immediate_float() { Some(v) } else { None }
    }

    /// Whether this is a heap object.
    #[inline(always)]
    pub fn is_object(self) -> bool {
        word::is_pointer(self.0)
    }

    /// The heap object, if this is one.
    #[inline(always)]
    pub fn object(self) -> Option<&'static Object> {
        // SAFETY: a pointer word leads to a live object as long as the collector can see the word; values are kept only
        // where it can (see the type's comment), and objects never move.
        self.is_object().then(|| unsafe { &*word::to_object(self.0) })
    }

    /// The heap object of a value that is known to be one.
    #[inline(always)]
    pub fn object_unchecked(self) -> &'static Object {
        debug_assert!(self.is_object());
        // SAFETY: as in `object`.
        unsafe { &*word::to_object(self.0) }
    }

    /// The value of a heap object.
    #[inline(always)]
    pub fn from_object(object: *const Object) -> Value {
        Value(word::from_object(object))
    }

    /// Whether this is [`Value::UNSET`].
    #[inline(always)]
    pub fn is_unset(self) -> bool {
        self == Value::UNSET
    }

    /// Whether this is `None`.
    #[inline(always)]
    pub fn is_none(self) -> bool {
        self == Value::NONE
    }

    /// Whether this is `True` or `False`.
    #[inline(always)]
    pub fn is_bool(self) -> bool {
        self.0 | 8 == Value::TRUE.0
    }

    /// `default` in place of [`Value::UNSET`]: the usual treatment of a missing argument.
    #[inline(always)]
    pub fn or(self, default: Value) -> Value {
        if self.is_unset() { default } else { self }
    }

    /// This value unless it is [`Value::UNSET`].
    #[inline(always)]
    pub fn given(self) -> Option<Value> {
        (!self.is_unset()).then_some(self)
    }

    /// This value unless it is missing or `None`.
    #[inline(always)]
    pub fn given_not_none(self) -> Option<Value> {
        (!self.is_unset() && !self.is_none()).then_some(self)
    }

    /// The body, if this is a heap object with a body of type `T` (of that exact built-in type or of a subclass).
    #[inline(always)]
    pub fn cast<T: Body>(self) -> Option<Ref<T>> {
        Ref::from_value(self)
    }
}

impl Word for Value {
    const POINTS: bool = true;
    #[inline(always)]
    fn to_word(self) -> u64 {
        self.0
    }
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        Value(word)
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Value::UNSET => f.write_str("<unset>"),
            Value::NONE => f.write_str("None"),
            Value::TRUE => f.write_str("True"),
            Value::FALSE => f.write_str("False"),
            v if v.is_small() => write!(f, "{}", v.small_value()),
            v if v.is_immediate_float() => write!(f, "{:?}", v.immediate_float()),
            v => write!(f, "<{:#x}>", v.0),
        }
    }
}
