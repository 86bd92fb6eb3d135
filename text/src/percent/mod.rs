//! printf-style formatting: `"%(name)-8.3f" % values`, for str and bytes alike.
//!
//! [`parse_percent`] cuts the format into literals and conversions; the caller fetches the argument of each,
//! fills in the `*` amounts with [`Conversion::resolve`], and formats with one of the functions here.
//! Messages that need a value or its type are made by the functions of [`messages`].

mod convert;
pub mod messages;
mod parse;

pub use convert::{percent_float, percent_int, percent_text};
pub use parse::{Amount, Conversion, Flags, PercentPiece, PercentPieces, PercentSpec, parse_percent};
