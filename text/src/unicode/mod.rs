//! Unicode 16.0 as CPython 3.14 sees it: properties, case, numeric values, names, normalization.
//!
//! Functions on one character take a `u32` code point, so that lone surrogates need no care. The pinned crate
//! `unicode-general-category` fixes the version: a code point that 16.0 does not assign has no property,
//! whatever newer tables say.

mod casing;
mod classes;
mod decomposition;
mod names;
mod normalize;
mod numeric;
mod predicates;
mod tables;
pub mod version_3_2;

pub use casing::{
    capitalize, case_fold, fold_char, lower, lower_char, swap_case, title, title_char, upper, upper_char,
};
pub use classes::{
    EastAsianWidth, bidirectional, category_name, combining_class, east_asian_width, general_category,
    is_assigned, is_mirrored,
};
pub use decomposition::decomposition;
pub use names::{character_name, lookup_name};
pub use normalize::{NormalForm, is_normalized, normalize};
pub use numeric::{decimal_value, digit_value, numeric_value};
pub use predicates::{
    all_chars, is_alnum, is_alpha, is_decimal, is_digit, is_identifier, is_line_break, is_lower,
    is_lower_text, is_numeric, is_printable, is_space, is_title, is_title_text, is_upper, is_upper_text,
};
pub use unicode_general_category::GeneralCategory;
