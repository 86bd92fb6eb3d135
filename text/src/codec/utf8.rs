//! `utf-8`.

use super::{DecodeError, EncodeError, is_surrogate, run_end};
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

/// Encodes UTF-8. The reason of an error is `surrogates not allowed`; its range is the whole run of surrogates.
pub fn utf8_encode(text: Units<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let rest = text.slice(start..text.len());
    if let Units::One(bytes) = rest
        && bytes.is_ascii()
    {
        out.extend_from_slice(bytes);
        return Ok(());
    }
    out.reserve(rest.len() * 2);
    for (index, code_point) in rest.iter().enumerate() {
        if let Ok(ascii) = u8::try_from(code_point)
            && ascii < 0x80
        {
            out.push(ascii);
            continue;
        }
        let Some(c) = char::from_u32(code_point) else {
            let start = start + index;
            let end = run_end(text, start, is_surrogate);
            return Err(EncodeError { start, end, reason: "surrogates not allowed" });
        };
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Ok(())
}
