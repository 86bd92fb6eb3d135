//! Escapes of bytes literals: `codecs.escape_decode` and `codecs.escape_encode`.

use super::repr::push_escaped;
use crate::TextError;

/// The first escape that a warning is due for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEscape {
    /// The index of the character behind the backslash.
    pub position: usize,
    /// It is an octal escape above `\377`; else an unknown character.
    pub is_octal: bool,
}

/// What to do with a malformed `\x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEscapeErrors {
    /// `ValueError: invalid \x escape at position %d`
    Strict,
    /// Leave it out.
    Ignore,
    /// Put a question mark.
    Replace,
}

/// Resolves the escapes of a bytes literal. The errors are `ValueError`: `Trailing \ in string`, and
/// `invalid \x escape at position %d`. `invalid` takes the first escape to warn about.
pub fn bytes_escape_decode(
    input: &[u8],
    errors: BytesEscapeErrors,
    invalid: &mut Option<InvalidEscape>,
) -> Result<Vec<u8>, TextError> {
    let mut out = Vec::with_capacity(input.len());
    let mut position = 0;
    while position < input.len() {
        let rest = &input[position..];
        let Some(plain) = memchr::memchr(b'\\', rest) else {
            out.extend_from_slice(rest);
            break;
        };
        out.extend_from_slice(&rest[..plain]);
        let backslash = position + plain;
        let escape = &input[backslash + 1..];
        let Some(&code) = escape.first() else {
            return Err(TextError::value("Trailing \\ in string"));
        };
        position = backslash + 2;
        match code {
            b'\n' => {}
            b'0'..=b'7' => {
                let (value, len) = octal(escape);
                if value > 0o377 {
                    invalid.get_or_insert(InvalidEscape { position: backslash + 1, is_octal: true });
                }
                out.push(value as u8);
                position = backslash + 1 + len;
            }
            b'x' => {
                let digits = escape[1..].iter().take(2).map_while(|&digit| char::from(digit).to_digit(16));
                match (digits.clone().count(), errors) {
                    (2, _) => out.push(digits.clone().fold(0, |value, digit| value << 4 | digit) as u8),
                    (_, BytesEscapeErrors::Strict) => {
                        let message = format!("invalid \\x escape at position {backslash}");
                        return Err(TextError::value(message));
                    }
                    (_, BytesEscapeErrors::Ignore) => {}
                    (_, BytesEscapeErrors::Replace) => out.push(b'?'),
                }
                position += digits.count();
            }
            _ => match simple_escape(code) {
                Some(byte) => out.push(byte),
                None => {
                    invalid.get_or_insert(InvalidEscape { position: backslash + 1, is_octal: false });
                    out.extend_from_slice(&[b'\\', code]);
                }
            },
        }
    }
    Ok(out)
}

/// `codecs.escape_encode`: the bytes as in a literal within single quotes, without the quotes.
pub fn bytes_escape_encode(input: &[u8]) -> Vec<u8> {
    let mut out = String::with_capacity(input.len());
    input.iter().for_each(|&byte| push_escaped(byte, b'\'', &mut out));
    out.into_bytes()
}

/// The character of a one-letter escape.
pub(super) fn simple_escape(code: u8) -> Option<u8> {
    match code {
        b'\\' | b'\'' | b'"' => Some(code),
        b'a' => Some(0x07),
        b'b' => Some(0x08),
        b'f' => Some(0x0C),
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        b'v' => Some(0x0B),
        _ => None,
    }
}

/// The value of up to three octal digits, and how many there are.
pub(super) fn octal(digits: &[u8]) -> (u32, usize) {
    let values = digits.iter().take(3).map_while(|&digit| char::from(digit).to_digit(8));
    (values.clone().fold(0, |value, digit| value << 3 | digit), values.count())
}
