//! Numbers as text: parsing and printing of int, float and complex.

mod ascii;
mod complex_text;
mod float_parse;
mod float_text;
mod hex_float;
mod int_parse;
mod int_text;

pub use complex_text::{complex_repr, parse_complex, parse_complex_ascii};
pub use float_parse::{parse_float, parse_float_ascii};
pub use float_text::{FloatCode, FloatStyle, float_repr, float_to_text};
pub use hex_float::{float_from_hex, float_to_hex};
pub use int_parse::{IntParseError, parse_int, parse_int_ascii};
pub use int_text::{Int, Radix, TooManyDigits, int_to_radix, int_to_text};
