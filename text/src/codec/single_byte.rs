//! `ascii` and `iso-8859-1`.

use super::{DecodeError, EncodeError, run_end};
use crate::{TextBuf, Units};

/// Decodes ASCII. The reason of an error is `ordinal not in range(128)`.
pub fn ascii_decode(input: &[u8], start: usize, out: &mut TextBuf) -> Result<usize, DecodeError> {
    let rest = &input[start..];
    let valid =
        if rest.is_ascii() { rest.len() } else { rest.iter().take_while(|byte| byte.is_ascii()).count() };
    out.push_latin1(&rest[..valid]);
    let end = start + valid;
    if end == input.len() {
        return Ok(end);
    }
    Err(DecodeError { start: end, end: end + 1, reason: "ordinal not in range(128)" })
}

/// Decodes Latin-1, which cannot fail.
pub fn latin1_decode(input: &[u8], start: usize, out: &mut TextBuf) -> usize {
    out.push_latin1(&input[start..]);
    input.len()
}

/// Encodes ASCII. The reason of an error is `ordinal not in range(128)`.
pub fn ascii_encode(text: Units<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    encode_below(text, start, 0x80, "ordinal not in range(128)", out)
}

/// Encodes Latin-1. The reason of an error is `ordinal not in range(256)`.
pub fn latin1_encode(text: Units<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    encode_below(text, start, 0x100, "ordinal not in range(256)", out)
}

fn encode_below(
    text: Units<'_>,
    start: usize,
    bound: u32,
    reason: &'static str,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let rest = text.slice(start..text.len());
    if let Units::One(bytes) = rest
        && (bound == 0x100 || bytes.is_ascii())
    {
        out.extend_from_slice(bytes);
        return Ok(());
    }
    match rest.position(|code_point| code_point >= bound) {
        None => {
            out.extend(rest.iter().map(|code_point| code_point as u8));
            Ok(())
        }
        Some(valid) => {
            out.extend(rest.iter().take(valid).map(|code_point| code_point as u8));
            let start = start + valid;
            Err(EncodeError { start, end: run_end(text, start, |code_point| code_point >= bound), reason })
        }
    }
}
