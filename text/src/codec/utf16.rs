//! `utf-16-le` and `utf-16-be`.

use super::{ByteOrder, DecodeError, EncodeError, is_surrogate};
use crate::{TextBuf, Units};

/// The byte order that a byte order mark at the start of the input says, and its length: 2, or 0 and
/// little-endian, the order that `utf-16` writes, when there is none.
pub fn utf16_detect(input: &[u8]) -> (ByteOrder, usize) {
    match input {
        [0xFF, 0xFE, ..] => (ByteOrder::Little, 2),
        [0xFE, 0xFF, ..] => (ByteOrder::Big, 2),
        _ => (ByteOrder::Little, 0),
    }
}

fn unit(bytes: &[u8], order: ByteOrder) -> u32 {
    match order {
        ByteOrder::Little => u16::from_le_bytes([bytes[0], bytes[1]]).into(),
        ByteOrder::Big => u16::from_be_bytes([bytes[0], bytes[1]]).into(),
    }
}

/// Decodes UTF-16. The reasons of errors are `truncated data`, `unexpected end of data`, `illegal encoding`
/// and `illegal UTF-16 surrogate`.
pub fn utf16_decode(
    input: &[u8],
    start: usize,
    order: ByteOrder,
    is_final: bool,
    out: &mut TextBuf,
) -> Result<usize, DecodeError> {
    let mut position = start;
    while position + 2 <= input.len() {
        let lead = unit(&input[position..], order);
        let fail = |end, reason| Err(DecodeError { start: position, end, reason });
        match lead {
            0xD800..0xDC00 if position + 4 > input.len() => {
                return if is_final { fail(input.len(), "unexpected end of data") } else { Ok(position) };
            }
            0xD800..0xDC00 => match unit(&input[position + 2..], order) {
                trail @ 0xDC00..0xE000 => {
                    out.push(0x10000 + ((lead - 0xD800) << 10) + (trail - 0xDC00));
                    position += 4;
                }
                _ => return fail(position + 2, "illegal UTF-16 surrogate"),
            },
            0xDC00..0xE000 => return fail(position + 2, "illegal encoding"),
            _ => {
                out.push(lead);
                position += 2;
            }
        }
    }
    if is_final && position < input.len() {
        return Err(DecodeError { start: position, end: input.len(), reason: "truncated data" });
    }
    Ok(position)
}

/// Encodes UTF-16, without a byte order mark. The reason of an error is `surrogates not allowed`.
pub fn utf16_encode(
    text: Units<'_>,
    start: usize,
    order: ByteOrder,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    out.reserve((text.len() - start) * 2);
    for index in start..text.len() {
        let code_point = text.at(index);
        if is_surrogate(code_point) {
            return Err(EncodeError { start: index, end: index + 1, reason: "surrogates not allowed" });
        }
        push_utf16(code_point, order, out);
    }
    Ok(())
}

/// Appends one code point, even a surrogate, as one or two units.
pub(super) fn push_utf16(code_point: u32, order: ByteOrder, out: &mut Vec<u8>) {
    let mut push = |unit: u32| match order {
        ByteOrder::Little => out.extend_from_slice(&(unit as u16).to_le_bytes()),
        ByteOrder::Big => out.extend_from_slice(&(unit as u16).to_be_bytes()),
    };
    match code_point.checked_sub(0x10000) {
        None => push(code_point),
        Some(above) => {
            push(0xD800 + (above >> 10));
            push(0xDC00 + (above & 0x3FF));
        }
    }
}
