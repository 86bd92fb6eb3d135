//! [`Units`]: a borrowed view of Python text in any of its three widths.

use std::cmp::Ordering;
use std::ops::Range;

/// Borrowed Python text: one unit per code point, in the width that its owner stores.
///
/// Lone surrogates are ordinary code points. The width says nothing about the content: a slice of
/// two-byte text may hold ASCII alone, and equality and ordering go by code points only.
#[derive(Clone, Copy, Debug)]
pub enum Units<'a> {
    /// Latin-1: code points below 0x100.
    One(&'a [u8]),
    /// Code points below 0x10000.
    Two(&'a [u16]),
    /// Any code point below 0x110000.
    Four(&'a [u32]),
}

/// Runs `$body` with `$units` bound to the slice inside a [`Units`], whatever its width.
macro_rules! with_units {
    ($text:expr, $units:ident => $body:expr) => {
        match $text {
            $crate::Units::One($units) => $body,
            $crate::Units::Two($units) => $body,
            $crate::Units::Four($units) => $body,
        }
    };
}
pub(crate) use with_units;

impl<'a> Units<'a> {
    /// The number of code points.
    pub fn len(self) -> usize {
        with_units!(self, units => units.len())
    }

    /// Whether there are no code points.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at `index`; panics beyond the end, as a slice does.
    pub fn at(self, index: usize) -> u32 {
        match self {
            Units::One(units) => units[index].into(),
            Units::Two(units) => units[index].into(),
            Units::Four(units) => units[index],
        }
    }

    /// The code point at `index`, or `None` beyond the end.
    pub fn get(self, index: usize) -> Option<u32> {
        (index < self.len()).then(|| self.at(index))
    }

    /// The code points in order.
    pub fn iter(self) -> CodePoints<'a> {
        match self {
            Units::One(units) => CodePoints::One(units.iter()),
            Units::Two(units) => CodePoints::Two(units.iter()),
            Units::Four(units) => CodePoints::Four(units.iter()),
        }
    }

    /// The index of the first code point that the predicate holds for.
    pub fn position(self, predicate: impl Fn(u32) -> bool) -> Option<usize> {
        fn position<T: Copy + Into<u32>>(units: &[T], predicate: impl Fn(u32) -> bool) -> Option<usize> {
            units.iter().position(|&unit| predicate(unit.into()))
        }
        with_units!(self, units => position(units, predicate))
    }

    /// The index of the last code point that the predicate holds for.
    pub fn rposition(self, predicate: impl Fn(u32) -> bool) -> Option<usize> {
        fn rposition<T: Copy + Into<u32>>(units: &[T], predicate: impl Fn(u32) -> bool) -> Option<usize> {
            units.iter().rposition(|&unit| predicate(unit.into()))
        }
        with_units!(self, units => rposition(units, predicate))
    }

    /// The part in `range`, in the same width; panics if the range is outside, as a slice does.
    pub fn slice(self, range: Range<usize>) -> Units<'a> {
        match self {
            Units::One(units) => Units::One(&units[range]),
            Units::Two(units) => Units::Two(&units[range]),
            Units::Four(units) => Units::Four(&units[range]),
        }
    }

    /// Whether every code point is below 0x80.
    pub fn is_ascii(self) -> bool {
        match self {
            Units::One(units) => units.is_ascii(),
            Units::Two(units) => units.iter().all(|&unit| unit < 0x80),
            Units::Four(units) => units.iter().all(|&unit| unit < 0x80),
        }
    }

    /// The largest code point that needs no more room than those of the text: 0x7F, 0xFF, 0xFFFF or 0x10FFFF.
    pub fn bound(self) -> u32 {
        let bits = match self {
            Units::One(units) if units.is_ascii() => 0,
            Units::One(_) => 0xFF,
            Units::Two(units) => units.iter().fold(0, |bits, &unit| bits | unit).into(),
            Units::Four(units) => units.iter().fold(0, |bits, &unit| bits | unit),
        };
        match bits {
            0..0x80 => 0x7F,
            0x80..0x100 => 0xFF,
            0x100..0x1_0000 => 0xFFFF,
            _ => 0x10_FFFF,
        }
    }

    /// The text as a Rust string, or the index of the first lone surrogate.
    pub fn to_string_checked(self) -> Result<String, usize> {
        if let Units::One(units) = self
            && let Ok(ascii) = std::str::from_utf8(units)
            && units.is_ascii()
        {
            return Ok(ascii.to_owned());
        }
        let mut out = String::with_capacity(self.len());
        for (index, code_point) in self.iter().enumerate() {
            out.push(char::from_u32(code_point).ok_or(index)?);
        }
        Ok(out)
    }

    /// The text as a Rust string, U+FFFD in place of lone surrogates.
    pub fn to_string_lossy(self) -> String {
        self.iter()
            .map(|code_point| char::from_u32(code_point).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }
}

impl PartialEq for Units<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Units::One(a), Units::One(b)) => a == b,
            (Units::Two(a), Units::Two(b)) => a == b,
            (Units::Four(a), Units::Four(b)) => a == b,
            _ => self.len() == other.len() && self.iter().eq(other.iter()),
        }
    }
}

impl Eq for Units<'_> {}

impl Ord for Units<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Units::One(a), Units::One(b)) => a.cmp(b),
            (Units::Two(a), Units::Two(b)) => a.cmp(b),
            (Units::Four(a), Units::Four(b)) => a.cmp(b),
            _ => self.iter().cmp(other.iter()),
        }
    }
}

impl PartialOrd for Units<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Iterator over the code points of a [`Units`].
#[derive(Clone, Debug)]
pub enum CodePoints<'a> {
    /// Over one-byte units.
    One(std::slice::Iter<'a, u8>),
    /// Over two-byte units.
    Two(std::slice::Iter<'a, u16>),
    /// Over four-byte units.
    Four(std::slice::Iter<'a, u32>),
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            CodePoints::One(units) => units.next().map(|&unit| unit.into()),
            CodePoints::Two(units) => units.next().map(|&unit| unit.into()),
            CodePoints::Four(units) => units.next().copied(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            CodePoints::One(units) => units.size_hint(),
            CodePoints::Two(units) => units.size_hint(),
            CodePoints::Four(units) => units.size_hint(),
        }
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    fn next_back(&mut self) -> Option<u32> {
        match self {
            CodePoints::One(units) => units.next_back().map(|&unit| unit.into()),
            CodePoints::Two(units) => units.next_back().map(|&unit| unit.into()),
            CodePoints::Four(units) => units.next_back().copied(),
        }
    }
}

impl ExactSizeIterator for CodePoints<'_> {}
