//! `float(text)`.

use super::ascii::{to_ascii, trim, without_underscores};
use crate::Units;

/// Parses text as `float(text)` does: whitespace around, a sign, `inf`, `infinity`, `nan`, underscores
/// between digits, decimal digits of any script. `None` is `ValueError: could not convert string to float:
/// %R`.
pub fn parse_float(text: Units<'_>) -> Option<f64> {
    parse_float_ascii(&to_ascii(text))
}

/// [`parse_float`] on bytes, where only ASCII digits and whitespace count.
pub fn parse_float_ascii(text: &[u8]) -> Option<f64> {
    let text = without_underscores(trim(text))?;
    // The grammar of `f64::from_str` is the same; it rounds correctly, and to infinity beyond the range.
    std::str::from_utf8(&text).ok()?.parse().ok()
}

/// The longest start of `text` that is a float literal, and its length.
pub(super) fn parse_float_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let len = float_prefix_len(text)?;
    Some((std::str::from_utf8(&text[..len]).ok()?.parse().ok()?, len))
}

fn float_prefix_len(text: &[u8]) -> Option<usize> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let body = &text[sign..];
    for name in ["infinity", "inf", "nan"] {
        if body.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes())) {
            return Some(sign + name.len());
        }
    }
    let digits = |from: usize| body[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    let mut end = whole;
    if body.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if whole + fraction == 0 {
            return None;
        }
        end += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if matches!(body.get(end), Some(b'e' | b'E')) {
        let exponent_sign = usize::from(matches!(body.get(end + 1), Some(b'+' | b'-')));
        let start = end + 1 + exponent_sign;
        if body.get(start).is_some_and(u8::is_ascii_digit) {
            end = start + digits(start);
        }
    }
    Some(sign + end)
}
