//! The format mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.
//!
//! Each function takes the format spec as text and the name of the value's type for the error messages. Type
//! `n` formats as in the C locale: without grouping.

mod complex;
mod float;
mod int;
mod layout;
mod spec;
mod text;

pub use complex::format_complex;
pub use float::format_float;
pub use int::format_int;
pub(crate) use spec::append_digit;
pub use text::format_text;
