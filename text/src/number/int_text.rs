//! [`Int`] and its digits in any radix.

use std::fmt;

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

/// An integer: machine-sized, or big. Functions of this crate return `Big` only for values beyond `i64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Int {
    /// Fits 64 bits.
    Small(i64),
    /// Anything else.
    Big(BigInt),
}

impl Int {
    /// Whether the value is below zero.
    pub fn is_negative(&self) -> bool {
        match self {
            Int::Small(value) => *value < 0,
            Int::Big(value) => value.sign() == num_bigint::Sign::Minus,
        }
    }

    /// The nearest float, ties to even; `None` is `OverflowError: int too large to convert to float`.
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Int::Small(value) => Some(*value as f64),
            Int::Big(value) => value.to_f64().filter(|float| float.is_finite()),
        }
    }
}

impl From<i64> for Int {
    fn from(value: i64) -> Self {
        Int::Small(value)
    }
}

impl From<BigInt> for Int {
    fn from(value: BigInt) -> Self {
        match value.to_i64() {
            Some(small) => Int::Small(small),
            None => Int::Big(value),
        }
    }
}

/// A decimal conversion beyond the bound of `sys.set_int_max_str_digits`: a `ValueError`, whose message is
/// the `Display` of this type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooManyDigits {
    /// The bound.
    pub limit: usize,
    /// How many digits the text has; `None` when an integer was to be printed.
    pub digits: Option<usize>,
}

impl fmt::Display for TooManyDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exceeds the limit ({} digits) for integer string conversion", self.limit)?;
        if let Some(digits) = self.digits {
            write!(f, ": value has {digits} digits")?;
        }
        f.write_str("; use sys.set_int_max_str_digits() to increase the limit")
    }
}

impl std::error::Error for TooManyDigits {}

/// `str(int)`. `max_digits` bounds the digits, 0 means no bound.
pub fn int_to_text(value: &Int, max_digits: usize) -> Result<String, TooManyDigits> {
    let too_many = TooManyDigits { limit: max_digits, digits: None };
    let text = match value {
        Int::Small(value) => itoa::Buffer::new().format(*value).to_owned(),
        // Refuse what is far too long without converting it: a bit is less than 0.3011 digits.
        Int::Big(value) if max_digits != 0 && value.bits() / 10 * 3 > max_digits as u64 + 3 => {
            return Err(too_many);
        }
        Int::Big(value) => value.to_string(),
    };
    let digits = text.len() - usize::from(text.starts_with('-'));
    if max_digits != 0 && digits > max_digits { Err(too_many) } else { Ok(text) }
}

/// A radix with a prefix of its own: those of `bin`, `oct` and `hex`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Radix {
    /// `0b`
    Binary,
    /// `0o`
    Octal,
    /// `0x`
    Hexadecimal,
}

impl Radix {
    /// The prefix of a literal.
    pub fn prefix(self) -> &'static str {
        match self {
            Radix::Binary => "0b",
            Radix::Octal => "0o",
            Radix::Hexadecimal => "0x",
        }
    }
}

/// The sign and digits of an integer in lowercase, with the prefix after the sign if `prefixed` (`bin`,
/// `oct`, `hex`).
pub fn int_to_radix(value: &Int, radix: Radix, prefixed: bool) -> String {
    let digits = match (value, radix) {
        (&Int::Small(value), _) => return small_to_radix(value, radix, prefixed),
        (Int::Big(value), _) if value.is_zero() => "0".to_owned(),
        (Int::Big(value), Radix::Binary) => value.magnitude().to_str_radix(2),
        (Int::Big(value), Radix::Octal) => value.magnitude().to_str_radix(8),
        (Int::Big(value), Radix::Hexadecimal) => value.magnitude().to_str_radix(16),
    };
    let sign = if value.is_negative() { "-" } else { "" };
    let prefix = if prefixed { radix.prefix() } else { "" };
    format!("{sign}{prefix}{digits}")
}

fn small_to_radix(value: i64, radix: Radix, prefixed: bool) -> String {
    let bits = match radix {
        Radix::Binary => 1,
        Radix::Octal => 3,
        Radix::Hexadecimal => 4,
    };
    let mut rest = value.unsigned_abs();
    let count = (u64::BITS - rest.leading_zeros()).div_ceil(bits).max(1) as usize;
    let mut digits = [0; u64::BITS as usize];
    for digit in digits[..count].iter_mut().rev() {
        *digit = b"0123456789abcdef"[(rest & ((1 << bits) - 1)) as usize];
        rest >>= bits;
    }
    let mut out = String::with_capacity(count + 3);
    if value < 0 {
        out.push('-');
    }
    if prefixed {
        out.push_str(radix.prefix());
    }
    out.extend(digits[..count].iter().map(|&digit| char::from(digit)));
    out
}
