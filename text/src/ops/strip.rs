//! `strip`, `lstrip`, `rstrip`.

use std::ops::Range;

use crate::Units;

/// Which ends to strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `lstrip`
    Left,
    /// `rstrip`
    Right,
    /// `strip`
    Both,
}

/// The range that is left when the characters that `strips` holds for are taken off the ends. For a set of
/// characters pass `|c| set.find(...)`, for no argument [`is_space`](crate::unicode::is_space).
pub fn strip(text: Units<'_>, side: Side, strips: impl Fn(u32) -> bool) -> Range<usize> {
    let stays = |code_point: u32| !strips(code_point);
    let end = match side {
        Side::Left => text.len(),
        Side::Right | Side::Both => text.rposition(stays).map_or(0, |last| last + 1),
    };
    let start = match side {
        Side::Right => 0,
        Side::Left | Side::Both => text.slice(0..end).position(stays).unwrap_or(end),
    };
    start..end
}
