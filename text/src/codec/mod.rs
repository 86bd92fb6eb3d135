//! Encodings: text to bytes and back.
//!
//! The core functions are resumable. They take the whole input and where to start, append what they convert
//! to `out`, and stop at the first error with its range and CPython's reason. The caller then asks an error
//! handler, appends its replacement, and calls again with the position that the handler gave. [`encode`] and
//! [`decode`] do so for the handlers that this crate has; for handlers registered by a program the VM drives
//! the core functions itself.
//!
//! Decoders take `is_final`: when it is false, an incomplete sequence at the end is no error but is left; all
//! of them return how many bytes of the input they have consumed, counted from its start.

mod charmap;
mod drive;
mod handler;
mod single_byte;
mod utf16;
mod utf32;
mod utf7;
mod utf8;

pub use charmap::{CharmapEncoder, charmap_decode};
pub use drive::{decode, encode};
pub(crate) use handler::backslash_escape;
pub use handler::{ErrorHandler, HandlerFailure, Replacement};
pub use single_byte::{ascii_decode, ascii_encode, latin1_decode, latin1_encode};
pub use utf7::{utf7_decode, utf7_encode};
pub use utf8::{utf8_decode, utf8_encode};
pub use utf16::{utf16_decode, utf16_detect, utf16_encode};
pub use utf32::{utf32_decode, utf32_detect, utf32_encode};

use crate::escape::{
    raw_unicode_escape_decode, raw_unicode_escape_encode, unicode_escape_decode, unicode_escape_encode,
};
use crate::{TextBuf, Units};

/// What a `UnicodeDecodeError` says besides the encoding and the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The first byte that could not be decoded.
    pub start: usize,
    /// The byte behind the last such byte.
    pub end: usize,
    /// The reason, in CPython's words.
    pub reason: &'static str,
}

/// What a `UnicodeEncodeError` says besides the encoding and the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError {
    /// The first character that could not be encoded.
    pub start: usize,
    /// The character behind the last such character.
    pub end: usize,
    /// The reason, in CPython's words.
    pub reason: &'static str,
}

/// The order of the bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The least significant byte first.
    Little,
    /// The most significant byte first.
    Big,
}

/// An encoding that this crate has, charmaps aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// `ascii`
    Ascii,
    /// `iso-8859-1`
    Latin1,
    /// `utf-7`
    Utf7,
    /// `utf-8`
    Utf8,
    /// `utf-16-le`, `utf-16-be`; for `utf-16` see [`utf16_detect`].
    Utf16(ByteOrder),
    /// `utf-32-le`, `utf-32-be`; for `utf-32` see [`utf32_detect`].
    Utf32(ByteOrder),
    /// `unicode-escape`
    UnicodeEscape,
    /// `raw-unicode-escape`
    RawUnicodeEscape,
}

impl Codec {
    /// Decodes from `start` on; see the [module](self).
    pub fn decode_step(
        self,
        input: &[u8],
        start: usize,
        is_final: bool,
        out: &mut TextBuf,
    ) -> Result<usize, DecodeError> {
        match self {
            Codec::Ascii => ascii_decode(input, start, out),
            Codec::Latin1 => Ok(latin1_decode(input, start, out)),
            Codec::Utf7 => utf7_decode(input, start, is_final, out),
            Codec::Utf8 => utf8_decode(input, start, is_final, out),
            Codec::Utf16(order) => utf16_decode(input, start, order, is_final, out),
            Codec::Utf32(order) => utf32_decode(input, start, order, is_final, out),
            Codec::UnicodeEscape => unicode_escape_decode(input, start, is_final, out, &mut None),
            Codec::RawUnicodeEscape => raw_unicode_escape_decode(input, start, is_final, out),
        }
    }

    /// The size of a unit in bytes. An error handler's replacement bytes that are no multiple of it are
    /// refused with the original error.
    pub fn unit_size(self) -> usize {
        match self {
            Codec::Utf16(_) => 2,
            Codec::Utf32(_) => 4,
            _ => 1,
        }
    }

    /// Encodes from `start` to the end; see the [module](self). `utf-7` and the escapes never fail.
    pub fn encode_step(self, text: Units<'_>, start: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let rest = text.slice(start..text.len());
        match self {
            Codec::Ascii => return ascii_encode(text, start, out),
            Codec::Latin1 => return latin1_encode(text, start, out),
            Codec::Utf8 => return utf8_encode(text, start, out),
            Codec::Utf16(order) => return utf16_encode(text, start, order, out),
            Codec::Utf32(order) => return utf32_encode(text, start, order, out),
            Codec::Utf7 => utf7_encode(rest, out),
            Codec::UnicodeEscape => unicode_escape_encode(rest, out),
            Codec::RawUnicodeEscape => raw_unicode_escape_encode(rest, out),
        }
        Ok(())
    }
}

/// The end of the run of characters from `start` on that `cannot` holds for; `start` itself belongs to it.
fn run_end(text: Units<'_>, start: usize, cannot: impl Fn(u32) -> bool) -> usize {
    let behind = text.slice(start + 1..text.len());
    start + 1 + behind.iter().take_while(|&code_point| cannot(code_point)).count()
}

fn is_surrogate(code_point: u32) -> bool {
    (0xD800..0xE000).contains(&code_point)
}
