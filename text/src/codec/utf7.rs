//! `utf-7` (RFC 2152): ASCII stands for itself but for `+`, which starts UTF-16 in modified base64 up to `-`.

use super::DecodeError;
use crate::{TextBuf, Units};

/// Decodes UTF-7. The reasons of errors are `ill-formed sequence`, `unexpected special character`,
/// `partial character in shift sequence`, `non-zero padding bits in shift sequence` and
/// `unterminated shift sequence`.
///
/// An unfinished base64 section at the end that is not final is left as a whole.
pub fn utf7_decode(
    input: &[u8],
    start: usize,
    is_final: bool,
    out: &mut TextBuf,
) -> Result<usize, DecodeError> {
    let mut position = start;
    while let Some(&byte) = input.get(position) {
        match (byte, input.get(position + 1)) {
            (b'+', Some(b'-')) => {
                out.push(b'+'.into());
                position += 2;
            }
            (b'+', Some(&next)) if base64_value(next).is_none() => {
                return Err(DecodeError {
                    start: position,
                    end: position + 2,
                    reason: "ill-formed sequence",
                });
            }
            (b'+', _) => match section(input, position, is_final, out)? {
                Some(end) => position = end,
                None => return Ok(position),
            },
            (0..0x80, _) => {
                out.push(byte.into());
                position += 1;
            }
            _ => {
                let reason = "unexpected special character";
                return Err(DecodeError { start: position, end: position + 1, reason });
            }
        }
    }
    Ok(position)
}

/// Decodes the base64 section whose `+` is at `start`; returns where it ends, `None` if it is unfinished.
fn section(
    input: &[u8],
    start: usize,
    is_final: bool,
    out: &mut TextBuf,
) -> Result<Option<usize>, DecodeError> {
    let mut decoded = TextBuf::new();
    let (mut bits, mut bit_count) = (0u32, 0);
    let mut lead: Option<u32> = None;
    let mut position = start + 1;
    while let Some(value) = input.get(position).and_then(|&byte| base64_value(byte)) {
        position += 1;
        bits = bits << 6 | value;
        bit_count += 6;
        if bit_count < 16 {
            continue;
        }
        bit_count -= 16;
        let unit = bits >> bit_count;
        bits &= (1 << bit_count) - 1;
        match (lead.take(), unit) {
            (Some(lead), 0xDC00..0xE000) => decoded.push(0x10000 + ((lead - 0xD800) << 10) + (unit - 0xDC00)),
            (unpaired, _) => {
                decoded.extend(unpaired);
                match unit {
                    0xD800..0xDC00 => lead = Some(unit),
                    _ => decoded.push(unit),
                }
            }
        }
    }
    let next = input.get(position).copied();
    if next.is_none() && !is_final {
        return Ok(None);
    }
    out.push_units(decoded.as_units());
    let fail = |end, reason| Err(DecodeError { start, end, reason });
    let Some(next) = next else {
        return match lead.is_some() || bit_count >= 6 || bits != 0 {
            true => fail(input.len(), "unterminated shift sequence"),
            false => Ok(Some(position)),
        };
    };
    if bit_count >= 6 {
        return fail(position + 1, "partial character in shift sequence");
    }
    if bits != 0 {
        return fail(position + 1, "non-zero padding bits in shift sequence");
    }
    if let Some(lead) = lead
        && next < 0x80
    {
        out.push(lead);
    }
    Ok(Some(position + usize::from(next == b'-')))
}

/// Encodes UTF-7, which cannot fail: lone surrogates are encoded as they are.
pub fn utf7_encode(text: Units<'_>, out: &mut Vec<u8>) {
    let mut bits = 0u32;
    let mut bit_count = 0;
    let mut shifted = false;
    for code_point in text.iter() {
        if let Some(byte) = direct_byte(code_point) {
            if shifted {
                if bit_count > 0 {
                    out.push(base64_digit(bits << (6 - bit_count)));
                    (bits, bit_count) = (0, 0);
                }
                shifted = false;
                if base64_value(byte).is_some() || byte == b'-' {
                    out.push(b'-');
                }
            }
            out.push(byte);
            continue;
        }
        if !shifted {
            if code_point == '+' as u32 {
                out.extend_from_slice(b"+-");
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let (lead, last) = match code_point.checked_sub(0x10000) {
            None => (None, code_point),
            Some(above) => (Some(0xD800 + (above >> 10)), 0xDC00 + (above & 0x3FF)),
        };
        for unit in lead.into_iter().chain([last]) {
            bits = bits << 16 | unit;
            bit_count += 16;
            while bit_count >= 6 {
                bit_count -= 6;
                out.push(base64_digit(bits >> bit_count));
            }
            bits &= (1 << bit_count) - 1;
        }
    }
    if bit_count > 0 {
        out.push(base64_digit(bits << (6 - bit_count)));
    }
    if shifted {
        out.push(b'-');
    }
}

/// The byte of a character that stands for itself when encoding.
fn direct_byte(code_point: u32) -> Option<u8> {
    let byte = u8::try_from(code_point).ok()?;
    let is_direct = byte.is_ascii_alphanumeric() || b"'(),-./:?!\"#$%&*;<=>@[]^_`{|} \t\n\r".contains(&byte);
    is_direct.then_some(byte)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64_digit(value: u32) -> u8 {
    BASE64[(value & 63) as usize]
}

fn base64_value(byte: u8) -> Option<u32> {
    BASE64.iter().position(|&digit| digit == byte).map(|value| value as u32)
}
