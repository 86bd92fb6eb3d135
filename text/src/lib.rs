//! The rules of Python text that need no objects: storage widths, Unicode data, numbers, formatting, codecs, hashes.
//!
//! Never knows: Python objects, the interpreter, threads. Whatever may fail returns either a precise error of its
//! own or a [`TextError`], which names the exception class and carries CPython's message.

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
