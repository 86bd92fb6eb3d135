//! Values of number literals; names.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use num_bigint::BigInt;
use unicode_normalization::UnicodeNormalization;

/// Decimal digits that an integer literal may have (`sys.set_int_max_str_digits`); 0 for any number.
static MAX_DIGITS: AtomicUsize = AtomicUsize::new(4300);

/// Sets how many decimal digits an integer literal may have; 0 for any number.
pub fn set_max_digits(digits: usize) {
    // Relaxed (here and below): a plain setting.
    MAX_DIGITS.store(digits, Relaxed);
}

/// The value of an integer literal.
///
/// # Errors
/// The message, when there are more decimal digits than CPython takes.
pub(crate) fn integer(text: &str) -> Result<BigInt, String> {
    let digits: std::borrow::Cow<'_, str> =
        if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        _ => (10, &*digits),
    };
    if let Ok(small) = u64::from_str_radix(digits, radix) {
        return Ok(BigInt::from(small));
    }
    let most = MAX_DIGITS.load(Relaxed);
    if radix == 10 && most > 0 && digits.len() > most {
        return Err(format!(
            "Exceeds the limit ({most} digits) for integer string conversion: value has {} digits; use \
             sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to \
             avoid decimal conversion limits.",
            digits.len()
        ));
    }
    Ok(BigInt::parse_bytes(digits.as_bytes(), radix).unwrap_or_default())
}

/// The value of a float literal.
pub(crate) fn float(text: &str) -> f64 {
    // The lexer lets nothing through that is no number.
    if text.contains('_') { text.replace('_', "").parse() } else { text.parse() }.unwrap_or(f64::NAN)
}

/// The imaginary part of an imaginary literal.
pub(crate) fn imaginary(text: &str) -> f64 {
    float(&text[..text.len() - 1])
}

/// A name in NFKC.
pub(crate) fn identifier(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfkc().collect() }
}
