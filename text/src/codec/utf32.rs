//! `utf-32-le` and `utf-32-be`.

use super::{ByteOrder, DecodeError, EncodeError, is_surrogate};
use crate::{TextBuf, Units};

/// The byte order that a byte order mark at the start of the input says, and its length: 4, or 0 and
/// little-endian, the order that `utf-32` writes, when there is none.
pub fn utf32_detect(input: &[u8]) -> (ByteOrder, usize) {
    match input {
        [0xFF, 0xFE, 0, 0, ..] => (ByteOrder::Little, 4),
        [0, 0, 0xFE, 0xFF, ..] => (ByteOrder::Big, 4),
        _ => (ByteOrder::Little, 0),
    }
}

/// Decodes UTF-32. The reasons of errors are `truncated data`, `code point in surrogate code point
/// range(0xd800, 0xe000)` and `code point not in range(0x110000)`.
pub fn utf32_decode(
    input: &[u8],
    start: usize,
    order: ByteOrder,
    is_final: bool,
    out: &mut TextBuf,
) -> Result<usize, DecodeError> {
    let mut position = start;
    while let Some(&bytes) = input[position..].first_chunk::<4>() {
        let code_point = match order {
            ByteOrder::Little => u32::from_le_bytes(bytes),
            ByteOrder::Big => u32::from_be_bytes(bytes),
        };
        let fail = |reason| Err(DecodeError { start: position, end: position + 4, reason });
        if is_surrogate(code_point) {
            return fail("code point in surrogate code point range(0xd800, 0xe000)");
        }
        if code_point > 0x10FFFF {
            return fail("code point not in range(0x110000)");
        }
        out.push(code_point);
        position += 4;
    }
    if is_final && position < input.len() {
        return Err(DecodeError { start: position, end: input.len(), reason: "truncated data" });
    }
    Ok(position)
}

/// Encodes UTF-32, without a byte order mark. The reason of an error is `surrogates not allowed`.
pub fn utf32_encode(
    text: Units<'_>,
    start: usize,
    order: ByteOrder,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    out.reserve((text.len() - start) * 4);
    for index in start..text.len() {
        let code_point = text.at(index);
        if is_surrogate(code_point) {
            return Err(EncodeError { start: index, end: index + 1, reason: "surrogates not allowed" });
        }
        push_utf32(code_point, order, out);
    }
    Ok(())
}

/// Appends one code point, even a surrogate.
pub(super) fn push_utf32(code_point: u32, order: ByteOrder, out: &mut Vec<u8>) {
    match order {
        ByteOrder::Little => out.extend_from_slice(&code_point.to_le_bytes()),
        ByteOrder::Big => out.extend_from_slice(&code_point.to_be_bytes()),
    }
}
