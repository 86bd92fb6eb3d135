//! `utf-8`.

use super::{DecodeError, EncodeError, is_surrogate, run_end};
use crate::units::with_units;
use crate::{TextBuf, Units};

/// Decodes UTF-8. The reasons of errors are `invalid start byte`, `invalid continuation byte` and
/// `unexpected end of data`.
pub fn utf8_decode(
    input: &[u8],
    start: usize,
    is_final: bool,
    out: &mut TextBuf,
) -> Result<usize, DecodeError> {
    let rest = &input[start..];
    let (valid, error) = match std::str::from_utf8(rest) {
        Ok(valid) => (valid, None),
        Err(error) => (std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default(), Some(error)),
    };
    out.push_str(valid);
    let Some(error) = error else { return Ok(input.len()) };
    let start = start + valid.len();
    let Some(len) = error.error_len() else {
        return match is_final {
            true => Err(DecodeError { start, end: input.len(), reason: "unexpected end of data" }),
            false => Ok(start),
        };
    };
    let is_start_byte = matches!(input[start], 0xC2..=0xF4);
    if !is_start_byte {
        return Err(DecodeError { start, end: start + 1, reason: "invalid start byte" });
    }
    // The start of a surrogate may become one that `surrogatepass` accepts.
    if !is_final && matches!(input[start..], [0xED, 0xA0..=0xBF]) {
        return Ok(start);
    }
    Err(DecodeError { start, end: start + len, reason: "invalid continuation byte" })
}

/// Encodes UTF-8. The reason of an error is `surrogates not allowed`; its range is the whole run of
/// surrogates.
pub fn utf8_encode(text: Units<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let rest = text.slice(start..text.len());
    if let Units::One(bytes) = rest
        && bytes.is_ascii()
    {
        out.extend_from_slice(bytes);
        return Ok(());
    }
    with_units!(rest, units => encode_units(units, out)).map_err(|index| {
        let start = start + index;
        EncodeError { start, end: run_end(text, start, is_surrogate), reason: "surrogates not allowed" }
    })
}

/// Encodes units up to the first surrogate, whose index is the error.
fn encode_units<T: Copy + Into<u32>>(units: &[T], out: &mut Vec<u8>) -> Result<(), usize> {
    out.reserve(units.len() * 2);
    for (index, &unit) in units.iter().enumerate() {
        let code_point: u32 = unit.into();
        // The bits from `shift` on, as a byte behind the first one.
        let next = |shift: u32| 0x80 | (code_point >> shift & 0x3F) as u8;
        match code_point {
            0..0x80 => out.push(code_point as u8),
            0x80..0x800 => out.extend_from_slice(&[0xC0 | (code_point >> 6) as u8, next(0)]),
            0xD800..0xE000 => return Err(index),
            0x800..0x10000 => out.extend_from_slice(&[0xE0 | (code_point >> 12) as u8, next(6), next(0)]),
            _ => out.extend_from_slice(&[0xF0 | (code_point >> 18) as u8, next(12), next(6), next(0)]),
        }
    }
    Ok(())
}
