//! The rules of Python text that need no objects: storage widths, Unicode data, numbers, formatting, codecs,
//! hashes.
//!
//! Never knows: Python objects, the interpreter, threads. Whatever may fail returns either a precise error of its
//! own or a [`TextError`], which names the exception class and carries CPython's message.
//!
//! Read [`Units`] and [`TextBuf`] first: text as `str` stores it. Then [`unicode`] says what characters are,
//! [`ops`] has the methods of `str`, [`number`] turns numbers into text and back, [`format_spec`], [`percent`] and
//! [`str_format`] are the three ways of formatting, [`escape`] and [`codec`] lead to bytes, and [`hash`] stands
//! alone.
//!
//! `tools/check_unicode.py` and `tools/check_text.py` compare all of it with CPython, through the programs in
//! `examples/`.

pub mod codec;
mod error;
pub mod escape;
pub mod format_spec;
pub mod hash;
pub mod number;
pub mod ops;
pub mod percent;
mod search;
pub mod str_format;
mod text_buf;
pub mod unicode;
mod units;

pub use error::{ErrorKind, TextError};
pub use search::Matches;
pub use text_buf::TextBuf;
pub use units::{CodePoints, Units};
