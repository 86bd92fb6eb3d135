//! Whole conversions with an error handler of this crate.

use super::{Codec, DecodeError, EncodeError, ErrorHandler, HandlerFailure, Replacement};
use crate::{TextBuf, Units};

/// Decodes the input; returns the text and how many bytes were consumed, all of them if `is_final`.
pub fn decode(
    codec: Codec,
    input: &[u8],
    handler: ErrorHandler,
    is_final: bool,
) -> Result<(TextBuf, usize), HandlerFailure<DecodeError>> {
    let mut out = TextBuf::with_capacity(input.len());
    let mut position = 0;
    loop {
        match codec.decode_step(input, position, is_final, &mut out) {
            Ok(consumed) => return Ok((out, consumed)),
            Err(error) => position = handler.handle_decode(Some(codec), input, &error, &mut out)?,
        }
    }
}

/// Encodes the text.
pub fn encode(
    codec: Codec,
    text: Units<'_>,
    handler: ErrorHandler,
) -> Result<Vec<u8>, HandlerFailure<EncodeError>> {
    let mut out = Vec::with_capacity(text.len());
    let mut position = 0;
    while let Err(error) = codec.encode_step(text, position, &mut out) {
        let (replacement, next) = handler.handle_encode(Some(codec), text, &error)?;
        match replacement {
            Replacement::Bytes(bytes) if !bytes.len().is_multiple_of(codec.unit_size()) => {
                return Err(HandlerFailure::Raise(error));
            }
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) => {
                let encoded = codec.encode_step(replacement.as_units(), 0, &mut out);
                encoded.map_err(|_| HandlerFailure::Raise(error))?;
            }
        }
        position = next;
    }
    Ok(out)
}
