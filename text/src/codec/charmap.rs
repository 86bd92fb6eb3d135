//! Single-byte encodings given by a table, the primitives of `codecs.charmap_decode` and `charmap_encode`.

use std::collections::HashMap;

use super::{DecodeError, EncodeError, run_end};
use crate::{TextBuf, Units};

/// In a table, the mark of a byte that no character has.
const UNDEFINED: u32 = 0xFFFE;
const REASON: &str = "character maps to <undefined>";

/// Decodes each byte to the character at its place in `table`. The reason of an error is
/// `character maps to <undefined>`.
pub fn charmap_decode(
    input: &[u8],
    start: usize,
    table: Units<'_>,
    out: &mut TextBuf,
) -> Result<usize, DecodeError> {
    for (index, &byte) in input.iter().enumerate().skip(start) {
        match table.get(byte.into()) {
            None | Some(UNDEFINED) => {
                return Err(DecodeError { start: index, end: index + 1, reason: REASON });
            }
            Some(code_point) => out.push(code_point),
        }
    }
    Ok(input.len())
}

/// The inverse of a decoding table: what `codecs.charmap_build` makes.
#[derive(Clone, Debug)]
pub struct CharmapEncoder {
    bytes: HashMap<u32, u8>,
}

impl CharmapEncoder {
    /// Inverts a table of at most 256 characters; of bytes with the same character the last one is taken.
    pub fn new(table: Units<'_>) -> Self {
        let defined = table.iter().zip(0..=u8::MAX).filter(|&(code_point, _)| code_point != UNDEFINED);
        CharmapEncoder { bytes: defined.collect() }
    }

    /// The byte of a character.
    pub fn byte(&self, code_point: u32) -> Option<u8> {
        self.bytes.get(&code_point).copied()
    }

    /// Encodes from `start` to the end. The reason of an error is `character maps to <undefined>`.
    pub fn encode(&self, text: Units<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        for index in start..text.len() {
            let Some(byte) = self.byte(text.at(index)) else {
                let end = run_end(text, index, |code_point| self.byte(code_point).is_none());
                return Err(EncodeError { start: index, end, reason: REASON });
            };
            out.push(byte);
        }
        Ok(())
    }
}
