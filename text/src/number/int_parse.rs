//! `int(text, base)`.

use num_bigint::{BigInt, BigUint, Sign};

use super::ascii::{to_ascii, trim};
use super::{Int, TooManyDigits};
use crate::Units;

/// Why a text is no integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntParseError {
    /// `ValueError: invalid literal for int() with base %d: %R`
    Invalid,
    /// `ValueError: Exceeds the limit (...)`; the bound of `sys.set_int_max_str_digits`.
    TooManyDigits(TooManyDigits),
}

/// Parses text as `int(text, base)` does: whitespace around, a sign, a prefix that fits the base, single
/// underscores between digits, decimal digits of any script.
///
/// `base` is 0 (the prefix decides) or 2 to 36. `max_digits` bounds the digits in bases that are no power of
/// two; 0 means no bound.
pub fn parse_int(text: Units<'_>, base: u32, max_digits: usize) -> Result<Int, IntParseError> {
    parse_int_ascii(&to_ascii(text), base, max_digits)
}

/// [`parse_int`] on bytes, where only ASCII digits and whitespace count.
pub fn parse_int_ascii(text: &[u8], base: u32, max_digits: usize) -> Result<Int, IntParseError> {
    let text = trim(text);
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let prefix_base = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let has_prefix = prefix_base != 0 && (base == 0 || base == prefix_base);
    let digits = match &text[if has_prefix { 2 } else { 0 }..] {
        [b'_', rest @ ..] if has_prefix => rest,
        digits => digits,
    };
    let must_be_zero = base == 0 && !has_prefix && digits.first() == Some(&b'0');
    let base = match (base, has_prefix) {
        (0, true) => prefix_base,
        (0, false) => 10,
        _ => base,
    };
    let magnitude = parse_digits(digits, base, max_digits)?;
    if must_be_zero && magnitude != Magnitude::Small(0) {
        return Err(IntParseError::Invalid);
    }
    Ok(match magnitude {
        Magnitude::Small(value) if negative => Int::Small(-value),
        Magnitude::Small(value) => Int::Small(value),
        Magnitude::Big(value) => {
            Int::from(BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, value))
        }
    })
}

#[derive(PartialEq)]
enum Magnitude {
    Small(i64),
    Big(BigUint),
}

fn parse_digits(text: &[u8], base: u32, max_digits: usize) -> Result<Magnitude, IntParseError> {
    let mut small = Some(0i64);
    let mut count = 0;
    let mut after_digit = false;
    for &byte in text {
        if byte == b'_' && after_digit {
            after_digit = false;
            continue;
        }
        let digit = char::from(byte).to_digit(base).ok_or(IntParseError::Invalid)?;
        count += 1;
        after_digit = true;
        small = small.and_then(|value| value.checked_mul(base.into())?.checked_add(digit.into()));
    }
    if !after_digit {
        return Err(IntParseError::Invalid);
    }
    if max_digits != 0 && count > max_digits && !base.is_power_of_two() {
        let error = TooManyDigits { limit: max_digits, digits: Some(count) };
        return Err(IntParseError::TooManyDigits(error));
    }
    if let Some(value) = small {
        return Ok(Magnitude::Small(value));
    }
    let digits: Vec<u8> = text
        .iter()
        .filter(|&&byte| byte != b'_')
        .filter_map(|&byte| char::from(byte).to_digit(base).map(|digit| digit as u8))
        .collect();
    Ok(Magnitude::Big(from_digits(&digits, base)))
}

/// Below this many digits the quadratic conversion of `num_bigint` is as fast as splitting.
const SPLIT_ABOVE: usize = 1000;

/// The value of valid digits, most significant first; splits long ones so that fast multiplication does the
/// work.
fn from_digits(digits: &[u8], base: u32) -> BigUint {
    if digits.len() <= SPLIT_ABOVE || base.is_power_of_two() {
        return BigUint::from_radix_be(digits, base).unwrap_or_default();
    }
    let low_len = digits.len() / 2;
    let (high, low) = digits.split_at(digits.len() - low_len);
    from_digits(high, base) * BigUint::from(base).pow(low_len as u32) + from_digits(low, base)
}
