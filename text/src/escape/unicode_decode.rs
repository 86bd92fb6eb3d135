//! Decoders of `unicode-escape` and `raw-unicode-escape`.

use super::InvalidEscape;
use super::bytes::{octal, simple_escape};
use crate::TextBuf;
use crate::codec::DecodeError;
use crate::unicode::lookup_name;

/// What became of an escape: its end, or the end of the malformed part and the reason.
type Escape = Result<usize, Malformed>;

struct Malformed {
    end: usize,
    reason: &'static str,
    /// More input might complete it.
    is_incomplete: bool,
}

/// Decodes string literal escapes; other bytes are Latin-1. Resumable like the decoders of
/// [`codec`](crate::codec). The reasons of errors are `\ at end of string`, `truncated \xXX escape` (and
/// `\uXXXX`, `\UXXXXXXXX`), `illegal Unicode character`, `malformed \N character escape` and `unknown Unicode
/// character name`. `invalid` takes the first escape to warn about.
pub fn unicode_escape_decode(
    input: &[u8],
    start: usize,
    is_final: bool,
    out: &mut TextBuf,
    invalid: &mut Option<InvalidEscape>,
) -> Result<usize, DecodeError> {
    decode(input, start, is_final, out, |backslash, out| {
        let position = backslash + 1;
        let Some(&code) = input.get(position) else {
            return Err(Malformed { end: position, reason: "\\ at end of string", is_incomplete: true });
        };
        match code {
            b'\n' => Ok(position + 1),
            b'0'..=b'7' => {
                let (value, len) = octal(&input[position..]);
                if value > 0o377 {
                    invalid.get_or_insert(InvalidEscape { position, is_octal: true });
                }
                out.push(value);
                Ok(position + len)
            }
            b'x' => hex(input, position + 1, 2, "truncated \\xXX escape", out),
            b'u' => hex(input, position + 1, 4, "truncated \\uXXXX escape", out),
            b'U' => hex(input, position + 1, 8, "truncated \\UXXXXXXXX escape", out),
            b'N' => named(input, position + 1, out),
            _ => {
                match simple_escape(code) {
                    Some(byte) => out.push(byte.into()),
                    None => {
                        invalid.get_or_insert(InvalidEscape { position, is_octal: false });
                        out.push_latin1(&[b'\\', code]);
                    }
                }
                Ok(position + 1)
            }
        }
    })
}

/// Decodes `\uXXXX` and `\UXXXXXXXX`; other bytes are Latin-1, other backslashes stay. Resumable like the
/// decoders of [`codec`](crate::codec). The reasons of errors are `truncated \uXXXX escape`, `truncated
/// \UXXXXXXXX escape` and `\Uxxxxxxxx out of range`.
pub fn raw_unicode_escape_decode(
    input: &[u8],
    start: usize,
    is_final: bool,
    out: &mut TextBuf,
) -> Result<usize, DecodeError> {
    decode(input, start, is_final, out, |backslash, out| {
        let position = backslash + 1;
        match input.get(position) {
            None if is_final => {
                out.push('\\'.into());
                Ok(position)
            }
            None => Err(Malformed { end: position, reason: "", is_incomplete: true }),
            Some(b'u') => hex(input, position + 1, 4, "truncated \\uXXXX escape", out),
            Some(b'U') => {
                let escape = hex(input, position + 1, 8, "truncated \\UXXXXXXXX escape", out);
                escape.map_err(|malformed| match malformed.reason {
                    ILLEGAL => Malformed { reason: "\\Uxxxxxxxx out of range", ..malformed },
                    _ => malformed,
                })
            }
            Some(&other) => {
                out.push_latin1(&[b'\\', other]);
                Ok(position + 1)
            }
        }
    })
}

fn decode(
    input: &[u8],
    start: usize,
    is_final: bool,
    out: &mut TextBuf,
    mut escape: impl FnMut(usize, &mut TextBuf) -> Escape,
) -> Result<usize, DecodeError> {
    let mut position = start;
    loop {
        let rest = &input[position..];
        let plain = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
        out.push_latin1(&rest[..plain]);
        position += plain;
        if position == input.len() {
            return Ok(position);
        }
        match escape(position, out) {
            Ok(end) => position = end,
            Err(malformed) if malformed.is_incomplete && !is_final => return Ok(position),
            Err(Malformed { end, reason, .. }) => return Err(DecodeError { start: position, end, reason }),
        }
    }
}

const ILLEGAL: &str = "illegal Unicode character";

/// Exactly `count` hexadecimal digits.
fn hex(input: &[u8], start: usize, count: usize, truncated: &'static str, out: &mut TextBuf) -> Escape {
    let digits = input[start..].iter().take(count).map_while(|&digit| char::from(digit).to_digit(16));
    let end = start + digits.clone().count();
    if end < start + count {
        return Err(Malformed { end, reason: truncated, is_incomplete: end == input.len() });
    }
    let value = digits.fold(0, |value, digit| value << 4 | digit);
    if value > 0x10FFFF {
        return Err(Malformed { end, reason: ILLEGAL, is_incomplete: false });
    }
    out.push(value);
    Ok(end)
}

/// `{name}`
fn named(input: &[u8], start: usize, out: &mut TextBuf) -> Escape {
    let malformed =
        |end, is_incomplete| Err(Malformed { end, reason: "malformed \\N character escape", is_incomplete });
    match input.get(start) {
        None => return malformed(start, true),
        Some(b'{') => {}
        Some(_) => return malformed(start, false),
    }
    let name = &input[start + 1..];
    let Some(len) = memchr::memchr(b'}', name) else { return malformed(input.len(), true) };
    if len == 0 {
        return malformed(start + 1, false);
    }
    let end = start + 1 + len + 1;
    match std::str::from_utf8(&name[..len]).ok().and_then(lookup_name) {
        Some(code_point) => {
            out.push(code_point);
            Ok(end)
        }
        None => Err(Malformed { end, reason: "unknown Unicode character name", is_incomplete: false }),
    }
}
