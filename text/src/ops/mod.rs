//! The methods of `str` that need nothing but text. Bytes share them as [`Units::One`](crate::Units), where
//! the whitespace of bytes is passed as an explicit set.

mod pad;
mod replace;
mod split;
mod strip;

pub use pad::{center, expand_tabs, left_justify, right_justify, zero_fill};
pub use replace::replace;
pub use split::{partition, right_partition, right_split, right_split_on, split, split_lines, split_on};
pub use strip::{Side, strip};

/// The ASCII whitespace of bytes methods: space, tab, newline, carriage return, vertical tab, form feed.
pub fn is_bytes_space(code_point: u32) -> bool {
    matches!(code_point, 0x20 | 0x09..=0x0D)
}
