//! [`TextBuf`]: owned Python text that widens as it grows.

use crate::Units;

/// Owned Python text, always in the narrowest width that holds what was pushed.
#[derive(Clone, Debug)]
pub enum TextBuf {
    /// Latin-1: code points below 0x100.
    One(Vec<u8>),
    /// Code points below 0x10000, at least one of them above 0xFF.
    Two(Vec<u16>),
    /// At least one code point above 0xFFFF.
    Four(Vec<u32>),
}

impl Default for TextBuf {
    fn default() -> Self {
        TextBuf::One(Vec::new())
    }
}

impl TextBuf {
    /// Empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Empty text with room for `capacity` one-byte code points.
    pub fn with_capacity(capacity: usize) -> Self {
        TextBuf::One(Vec::with_capacity(capacity))
    }

    /// The borrowed view.
    pub fn as_units(&self) -> Units<'_> {
        match self {
            TextBuf::One(units) => Units::One(units),
            TextBuf::Two(units) => Units::Two(units),
            TextBuf::Four(units) => Units::Four(units),
        }
    }

    /// The number of code points.
    pub fn len(&self) -> usize {
        self.as_units().len()
    }

    /// Whether there are no code points.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends one code point below 0x110000, lone surrogates included.
    #[inline]
    pub fn push(&mut self, code_point: u32) {
        self.reserve_width(code_point);
        match self {
            TextBuf::One(units) => units.push(code_point as u8),
            TextBuf::Two(units) => units.push(code_point as u16),
            TextBuf::Four(units) => units.push(code_point),
        }
    }

    /// Appends `code_point` `count` times.
    pub fn push_repeated(&mut self, code_point: u32, count: usize) {
        if count == 0 {
            return;
        }
        self.reserve_width(code_point);
        match self {
            TextBuf::One(units) => units.resize(units.len() + count, code_point as u8),
            TextBuf::Two(units) => units.resize(units.len() + count, code_point as u16),
            TextBuf::Four(units) => units.resize(units.len() + count, code_point),
        }
    }

    /// Appends a Rust string.
    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_latin1(text.as_bytes());
            return;
        }
        self.reserve_width(text.chars().max().map_or(0, u32::from));
        match self {
            TextBuf::One(units) => units.extend(text.chars().map(|c| c as u8)),
            TextBuf::Two(units) => units.extend(text.chars().map(|c| c as u16)),
            TextBuf::Four(units) => units.extend(text.chars().map(u32::from)),
        }
    }

    /// Appends bytes as Latin-1 code points.
    #[inline]
    pub fn push_latin1(&mut self, bytes: &[u8]) {
        match self {
            TextBuf::One(units) => units.extend_from_slice(bytes),
            TextBuf::Two(units) => units.extend(bytes.iter().map(|&byte| u16::from(byte))),
            TextBuf::Four(units) => units.extend(bytes.iter().map(|&byte| u32::from(byte))),
        }
    }

    /// Appends text of any width; widens only as far as its content needs.
    #[inline]
    pub fn push_units(&mut self, text: Units<'_>) {
        if let Units::One(units) = text {
            return self.push_latin1(units);
        }
        self.reserve_width(text.bound());
        match self {
            TextBuf::One(units) => units.extend(text.iter().map(|unit| unit as u8)),
            TextBuf::Two(units) => match text {
                Units::Two(more) => units.extend_from_slice(more),
                _ => units.extend(text.iter().map(|unit| unit as u16)),
            },
            TextBuf::Four(units) => match text {
                Units::Four(more) => units.extend_from_slice(more),
                _ => units.extend(text.iter()),
            },
        }
    }

    /// Widens the storage so that `code_point` fits.
    fn reserve_width(&mut self, code_point: u32) {
        match self {
            TextBuf::One(units) if code_point > 0xFFFF => {
                *self = TextBuf::Four(units.iter().map(|&unit| unit.into()).collect());
            }
            TextBuf::One(units) if code_point > 0xFF => {
                *self = TextBuf::Two(units.iter().map(|&unit| unit.into()).collect());
            }
            TextBuf::Two(units) if code_point > 0xFFFF => {
                *self = TextBuf::Four(units.iter().map(|&unit| unit.into()).collect());
            }
            _ => {}
        }
    }
}

impl PartialEq for TextBuf {
    fn eq(&self, other: &Self) -> bool {
        self.as_units() == other.as_units()
    }
}

impl Eq for TextBuf {}

impl From<&str> for TextBuf {
    fn from(text: &str) -> Self {
        let mut buf = TextBuf::with_capacity(text.len());
        buf.push_str(text);
        buf
    }
}

impl From<Units<'_>> for TextBuf {
    fn from(text: Units<'_>) -> Self {
        let mut buf = TextBuf::new();
        buf.push_units(text);
        buf
    }
}

impl Extend<u32> for TextBuf {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, code_points: I) {
        code_points.into_iter().for_each(|code_point| self.push(code_point));
    }
}

impl FromIterator<u32> for TextBuf {
    fn from_iter<I: IntoIterator<Item = u32>>(code_points: I) -> Self {
        let mut buf = TextBuf::new();
        buf.extend(code_points);
        buf
    }
}
