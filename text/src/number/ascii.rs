//! The first step of parsing any number: Unicode digits and spaces become ASCII.

use std::borrow::Cow;

use crate::Units;
use crate::unicode::{decimal_value, is_space};

/// The text with decimal digits of any script as `0`-`9` and non-ASCII whitespace as spaces; any other
/// non-ASCII character becomes `?`, which no number contains. ASCII is left alone.
pub(super) fn to_ascii(text: Units<'_>) -> Cow<'_, [u8]> {
    if let Units::One(bytes) = text
        && bytes.is_ascii()
    {
        return Cow::Borrowed(bytes);
    }
    let convert = |code_point| match (code_point, decimal_value(code_point)) {
        (0..0x7F, _) => code_point as u8,
        (_, Some(digit)) => b'0' + digit,
        _ if is_space(code_point) => b' ',
        _ => b'?',
    };
    Cow::Owned(text.iter().map(convert).collect())
}

/// Whether the byte is whitespace in the C locale: what numbers may be surrounded by.
pub(super) fn is_c_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The text without C-locale whitespace at both ends.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let text = trim_start(text);
    let end = text.iter().rposition(|&byte| !is_c_space(byte)).map_or(0, |last| last + 1);
    &text[..end]
}

/// The text without C-locale whitespace at its start.
pub(super) fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&byte| !is_c_space(byte)).unwrap_or(text.len());
    &text[start..]
}

/// The text of a float or complex without its underscores; `None` when one is not between two digits.
pub(super) fn without_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    for (index, &byte) in text.iter().enumerate() {
        if byte != b'_' {
            out.push(byte);
            continue;
        }
        let is_digit = |neighbour: Option<&u8>| neighbour.is_some_and(u8::is_ascii_digit);
        if !(is_digit(text.get(index.wrapping_sub(1))) && is_digit(text.get(index + 1))) {
            return None;
        }
    }
    Some(Cow::Owned(out))
}
