//! The error handlers that every Python has.

use std::fmt::Write;

use super::utf16::push_utf16;
use super::utf32::push_utf32;
use super::{ByteOrder, Codec, DecodeError, EncodeError, is_surrogate};
use crate::unicode::character_name;
use crate::{TextBuf, Units};

/// An error handler of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorHandler {
    /// `strict`
    Strict,
    /// `ignore`
    Ignore,
    /// `replace`
    Replace,
    /// `backslashreplace`
    BackslashReplace,
    /// `xmlcharrefreplace`, encoding only
    XmlCharRefReplace,
    /// `namereplace`, encoding only
    NameReplace,
    /// `surrogateescape`
    SurrogateEscape,
    /// `surrogatepass`, for the UTF codecs
    SurrogatePass,
}

/// What a handler puts in place of characters that cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Text, to be encoded in its turn.
    Text(TextBuf),
    /// Bytes as they are.
    Bytes(Vec<u8>),
}

/// Why a handler has no replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandlerFailure<E> {
    /// Raise this error, which may cover less than the original one.
    Raise(E),
    /// `TypeError: don't know how to handle UnicodeDecodeError in error callback`
    NotForDecoding,
}

impl ErrorHandler {
    /// The handler with this name; `None` if it is none of this crate's.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "strict" => Some(ErrorHandler::Strict),
            "ignore" => Some(ErrorHandler::Ignore),
            "replace" => Some(ErrorHandler::Replace),
            "backslashreplace" => Some(ErrorHandler::BackslashReplace),
            "xmlcharrefreplace" => Some(ErrorHandler::XmlCharRefReplace),
            "namereplace" => Some(ErrorHandler::NameReplace),
            "surrogateescape" => Some(ErrorHandler::SurrogateEscape),
            "surrogatepass" => Some(ErrorHandler::SurrogatePass),
            _ => None,
        }
    }

    /// Handles a decoding error: appends the replacement to `out` and returns where to go on.
    /// `codec` matters to `surrogatepass` alone; `None` is a codec that it does not know.
    pub fn handle_decode(
        self,
        codec: Option<Codec>,
        input: &[u8],
        error: &DecodeError,
        out: &mut TextBuf,
    ) -> Result<usize, HandlerFailure<DecodeError>> {
        let raise = || Err(HandlerFailure::Raise(error.clone()));
        let bytes = &input[error.start..error.end];
        match self {
            ErrorHandler::Strict => raise(),
            ErrorHandler::Ignore => Ok(error.end),
            ErrorHandler::Replace => {
                out.push(0xFFFD);
                Ok(error.end)
            }
            ErrorHandler::BackslashReplace => {
                bytes.iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
                Ok(error.end)
            }
            ErrorHandler::XmlCharRefReplace | ErrorHandler::NameReplace => {
                Err(HandlerFailure::NotForDecoding)
            }
            ErrorHandler::SurrogateEscape => {
                let escaped = bytes.iter().take(4).take_while(|byte| !byte.is_ascii()).count();
                if escaped == 0 {
                    return raise();
                }
                out.extend(bytes[..escaped].iter().map(|&byte| 0xDC00 + u32::from(byte)));
                Ok(error.start + escaped)
            }
            ErrorHandler::SurrogatePass => match encoded_surrogate(codec, &input[error.start..]) {
                Some((surrogate, len)) => {
                    out.push(surrogate);
                    Ok(error.start + len)
                }
                None => raise(),
            },
        }
    }

    /// Handles an encoding error: returns the replacement and where to go on.
    /// `codec` matters to `surrogatepass` alone; `None` is a codec that it does not know.
    pub fn handle_encode(
        self,
        codec: Option<Codec>,
        text: Units<'_>,
        error: &EncodeError,
    ) -> Result<(Replacement, usize), HandlerFailure<EncodeError>> {
        let raise = || Err(HandlerFailure::Raise(error.clone()));
        let chars = text.slice(error.start..error.end);
        let as_text = |replace: &dyn Fn(u32) -> String| {
            let replaced: String = chars.iter().map(replace).collect();
            Ok((Replacement::Text(TextBuf::from(&*replaced)), error.end))
        };
        match self {
            ErrorHandler::Strict => raise(),
            ErrorHandler::Ignore => Ok((Replacement::Bytes(Vec::new()), error.end)),
            ErrorHandler::Replace => as_text(&|_| "?".to_owned()),
            ErrorHandler::BackslashReplace => as_text(&backslash_escape),
            ErrorHandler::XmlCharRefReplace => as_text(&|code_point| format!("&#{code_point};")),
            ErrorHandler::NameReplace => as_text(&|code_point| match character_name(code_point) {
                Some(name) => format!("\\N{{{name}}}"),
                None => backslash_escape(code_point),
            }),
            ErrorHandler::SurrogateEscape => {
                let is_escape = |code_point: &u32| (0xDC80..0xDD00).contains(code_point);
                let bytes: Vec<u8> = chars
                    .iter()
                    .take_while(is_escape)
                    .map(|code_point| (code_point - 0xDC00) as u8)
                    .collect();
                match bytes.len() {
                    0 => raise(),
                    count => Ok((Replacement::Bytes(bytes), error.start + count)),
                }
            }
            ErrorHandler::SurrogatePass => {
                let mut bytes = Vec::new();
                for code_point in chars.iter().take_while(|&code_point| is_surrogate(code_point)) {
                    match codec {
                        Some(Codec::Utf8) => push_utf8_surrogate(code_point, &mut bytes),
                        Some(Codec::Utf16(order)) => push_utf16(code_point, order, &mut bytes),
                        Some(Codec::Utf32(order)) => push_utf32(code_point, order, &mut bytes),
                        _ => return raise(),
                    }
                }
                match chars.iter().all(is_surrogate) {
                    true => Ok((Replacement::Bytes(bytes), error.end)),
                    false => raise(),
                }
            }
        }
    }
}

/// The escape of a string literal: `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub(crate) fn backslash_escape(code_point: u32) -> String {
    let mut out = String::new();
    let written = match code_point {
        0..0x100 => write!(out, "\\x{code_point:02x}"),
        0x100..0x10000 => write!(out, "\\u{code_point:04x}"),
        _ => write!(out, "\\U{code_point:08x}"),
    };
    debug_assert!(written.is_ok());
    out
}

fn push_utf8_surrogate(code_point: u32, out: &mut Vec<u8>) {
    let low = |shift: u32| 0x80 | (code_point >> shift & 0x3F) as u8;
    out.extend_from_slice(&[0xED, low(6), low(0)]);
}

/// The surrogate at the start of the bytes in this codec, and how many bytes it takes.
fn encoded_surrogate(codec: Option<Codec>, bytes: &[u8]) -> Option<(u32, usize)> {
    let (code_point, len) = match (codec?, bytes) {
        (Codec::Utf8, [0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF, ..]) => {
            (0xD000 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F), 3)
        }
        (Codec::Utf16(ByteOrder::Little), [low, high, ..])
        | (Codec::Utf16(ByteOrder::Big), [high, low, ..]) => (u16::from_be_bytes([*high, *low]).into(), 2),
        (Codec::Utf32(ByteOrder::Little), [a, b, c, d, ..])
        | (Codec::Utf32(ByteOrder::Big), [d, c, b, a, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), 4),
        _ => return None,
    };
    is_surrogate(code_point).then_some((code_point, len))
}
