//! Encoders of `unicode-escape` and `raw-unicode-escape`.

use crate::Units;
use crate::codec::backslash_escape;

/// Encodes as in a string literal: everything but printable ASCII escaped, the backslash doubled.
pub fn unicode_escape_encode(text: Units<'_>, out: &mut Vec<u8>) {
    out.reserve(text.len());
    for code_point in text.iter() {
        match code_point as u8 {
            _ if code_point >= 0x7F => out.extend_from_slice(backslash_escape(code_point).as_bytes()),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            byte @ b' '.. => out.push(byte),
            _ => out.extend_from_slice(backslash_escape(code_point).as_bytes()),
        }
    }
}

/// Encodes as Latin-1, with `\uhhhh` and `\Uhhhhhhhh` for what is beyond; a backslash stays as it is.
pub fn raw_unicode_escape_encode(text: Units<'_>, out: &mut Vec<u8>) {
    out.reserve(text.len());
    for code_point in text.iter() {
        match u8::try_from(code_point) {
            Ok(byte) => out.push(byte),
            Err(_) => out.extend_from_slice(backslash_escape(code_point).as_bytes()),
        }
    }
}
