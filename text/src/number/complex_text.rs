//! `complex(text)` and `repr(complex)`.

use super::ascii::{to_ascii, trim, trim_start, without_underscores};
use super::float_parse::parse_float_prefix;
use super::float_text::{FloatCode, FloatStyle, float_to_text};
use crate::Units;

/// Parses text as `complex(text)` does; returns the real and the imaginary part. `None` is
/// `ValueError: complex() arg is a malformed string`.
pub fn parse_complex(text: Units<'_>) -> Option<(f64, f64)> {
    parse_complex_ascii(&to_ascii(text))
}

/// [`parse_complex`] on bytes, where only ASCII digits and whitespace count.
pub fn parse_complex_ascii(text: &[u8]) -> Option<(f64, f64)> {
    let text = without_underscores(trim(text))?;
    match &*text {
        [b'(', inner @ ..] => {
            let (value, rest) = parse_parts(trim_start(inner))?;
            (trim_start(rest) == b")").then_some(value)
        }
        _ => {
            let (value, rest) = parse_parts(&text)?;
            rest.is_empty().then_some(value)
        }
    }
}

/// One of `<float>`, `<float>j`, `<float><signed float>j`, `<float><sign>j`, `<sign>j`, `j`; returns what is
/// left.
fn parse_parts(text: &[u8]) -> Option<((f64, f64), &[u8])> {
    let Some((first, len)) = parse_float_prefix(text) else {
        let (unit, rest) = signed_unit(text).unwrap_or((1.0, text));
        return Some(((0.0, unit), after_j(rest)?));
    };
    let rest = &text[len..];
    match rest.first() {
        Some(b'+' | b'-') => {
            let (imaginary, rest) = match parse_float_prefix(rest) {
                Some((imaginary, len)) => (imaginary, &rest[len..]),
                None => signed_unit(rest)?,
            };
            Some(((first, imaginary), after_j(rest)?))
        }
        Some(b'j' | b'J') => Some(((0.0, first), after_j(rest)?)),
        _ => Some(((first, 0.0), rest)),
    }
}

fn signed_unit(text: &[u8]) -> Option<(f64, &[u8])> {
    match text {
        [b'+', rest @ ..] => Some((1.0, rest)),
        [b'-', rest @ ..] => Some((-1.0, rest)),
        _ => None,
    }
}

fn after_j(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'j' | b'J', rest @ ..] => Some(rest),
        _ => None,
    }
}

/// `repr(complex)`: `1j`, `(1+2j)`, `(-0-1j)`.
pub fn complex_repr(real: f64, imaginary: f64) -> String {
    let style = FloatStyle::new(FloatCode::Repr);
    let imaginary_text = float_to_text(imaginary, &style);
    if real == 0.0 && real.is_sign_positive() {
        return format!("{imaginary_text}j");
    }
    let plus = if imaginary_text.starts_with('-') { "" } else { "+" };
    format!("({}{plus}{imaginary_text}j)", float_to_text(real, &style))
}
