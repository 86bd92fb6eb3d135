//! Escape sequences: `repr` of str and bytes, and the codecs that write or read them.

mod bytes;
mod repr;
mod unicode_decode;
mod unicode_encode;

pub use bytes::{BytesEscapeErrors, InvalidEscape, bytes_escape_decode, bytes_escape_encode};
pub use repr::{ascii_repr, bytes_repr, text_repr};
pub use unicode_decode::{raw_unicode_escape_decode, unicode_escape_decode};
pub use unicode_encode::{raw_unicode_escape_encode, unicode_escape_encode};
