//! Parser of printf-style formats.

use std::ops::Range;

use crate::{TextError, Units};

/// Cuts a format into pieces, left to right. Bytes are passed as [`Units::One`].
///
/// The errors are `ValueError`: `incomplete format key`, `incomplete format`, `width too big`, `precision too
/// big`. Nothing follows an error.
pub fn parse_percent(format: Units<'_>) -> PercentPieces<'_> {
    PercentPieces { format, position: 0 }
}

/// A piece of a printf-style format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PercentPiece {
    /// The text in this range of the format, as it is; of `%%` the range holds one percent sign.
    Literal(Range<usize>),
    /// One conversion. Its code may be any character, `%` included when something stands between: see
    /// [`unsupported_character`](super::messages::unsupported_character).
    Conversion(Conversion),
}

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Not given.
    Unset,
    /// Written in the format.
    Given(usize),
    /// `*`: the next argument; `TypeError: * wants int` if that is no int.
    Argument,
}

/// The flags of a conversion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// space
    pub blank: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
}

/// A conversion as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The range of the name in parentheses; `TypeError: format requires a mapping` if the right operand is
    /// none.
    pub key: Option<Range<usize>>,
    /// Its flags.
    pub flags: Flags,
    /// Its width.
    pub width: Amount,
    /// Its precision.
    pub precision: Amount,
    /// The conversion character.
    pub code: u32,
    /// The index of the conversion character in the format.
    pub code_index: usize,
}

/// A conversion whose amounts are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PercentSpec {
    /// Its flags.
    pub flags: Flags,
    /// Its width, 0 when not given.
    pub width: usize,
    /// Its precision.
    pub precision: Option<usize>,
    /// The conversion character.
    pub code: char,
}

impl PercentSpec {
    /// Whether text is shown as it is.
    pub fn is_plain(&self) -> bool {
        self.width == 0 && self.precision.is_none()
    }
}

impl Conversion {
    /// Replaces the `*` amounts by their arguments: a negative width means left, a negative precision zero.
    /// An amount that is no `*` leaves its argument unused.
    pub fn resolve(&self, width: i64, precision: i64) -> PercentSpec {
        let mut flags = self.flags;
        let width = match self.width {
            Amount::Unset => 0,
            Amount::Given(width) => width,
            Amount::Argument => {
                flags.left |= width < 0;
                width.unsigned_abs() as usize
            }
        };
        let precision = match self.precision {
            Amount::Unset => None,
            Amount::Given(precision) => Some(precision),
            Amount::Argument => Some(precision.max(0) as usize),
        };
        let code = char::from_u32(self.code).unwrap_or(char::REPLACEMENT_CHARACTER);
        PercentSpec { flags, width, precision, code }
    }
}

/// Iterator over the pieces of a format, made by [`parse_percent`].
#[derive(Clone, Debug)]
pub struct PercentPieces<'a> {
    format: Units<'a>,
    position: usize,
}

impl Iterator for PercentPieces<'_> {
    type Item = Result<PercentPiece, TextError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.position;
        if start == self.format.len() {
            return None;
        }
        let rest = self.format.slice(start..self.format.len());
        let literal = rest.find(Units::One(b"%")).unwrap_or(rest.len());
        if literal > 0 {
            self.position += literal;
            return Some(Ok(PercentPiece::Literal(start..self.position)));
        }
        self.position += 1;
        if self.accept('%') {
            return Some(Ok(PercentPiece::Literal(start + 1..self.position)));
        }
        let conversion = self.conversion();
        if conversion.is_err() {
            self.position = self.format.len();
        }
        Some(conversion.map(PercentPiece::Conversion))
    }
}

impl PercentPieces<'_> {
    /// If the next conversion is a bare `%s`, `%r` or `%d`: the literal before it, and its character. A short cut; what
    /// it leaves is for `next`.
    pub fn bare(&mut self) -> Option<(Range<usize>, u8)> {
        let Units::One(format) = self.format else { return None };
        let rest = &format[self.position..];
        let literal = memchr::memchr(b'%', rest)?;
        let code = *rest.get(literal + 1).filter(|code| matches!(code, b's' | b'r' | b'd'))?;
        let start = self.position;
        self.position += literal + 2;
        Some((start..start + literal, code))
    }

    fn peek(&self) -> Option<char> {
        self.format.get(self.position).and_then(char::from_u32)
    }

    fn accept(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.position += usize::from(found);
        found
    }

    /// Reads a conversion; the percent sign is behind.
    fn conversion(&mut self) -> Result<Conversion, TextError> {
        let key = if self.accept('(') { Some(self.key()?) } else { None };
        let mut flags = Flags::default();
        loop {
            match self.peek() {
                Some('-') => flags.left = true,
                Some('+') => flags.plus = true,
                Some(' ') => flags.blank = true,
                Some('#') => flags.alternate = true,
                Some('0') => flags.zero = true,
                _ => break,
            }
            self.position += 1;
        }
        let width = self.amount(isize::MAX as usize, "width too big")?;
        let precision = if self.accept('.') {
            match self.amount(i32::MAX as usize, "precision too big")? {
                Amount::Unset => Amount::Given(0),
                amount => amount,
            }
        } else {
            Amount::Unset
        };
        if matches!(self.peek(), Some('h' | 'l' | 'L')) {
            self.position += 1;
        }
        let code_index = self.position;
        let code = self.format.get(code_index).ok_or_else(|| TextError::value("incomplete format"))?;
        self.position += 1;
        Ok(Conversion { key, flags, width, precision, code, code_index })
    }

    /// Reads a key up to the parenthesis that closes it; nested ones belong to it.
    fn key(&mut self) -> Result<Range<usize>, TextError> {
        let start = self.position;
        let mut depth = 1;
        while depth > 0 {
            let code_point = self.format.get(self.position);
            match code_point.ok_or_else(|| TextError::value("incomplete format key"))? {
                0x28 => depth += 1,
                0x29 => depth -= 1,
                _ => {}
            }
            self.position += 1;
        }
        Ok(start..self.position - 1)
    }

    fn amount(&mut self, max: usize, too_big: &str) -> Result<Amount, TextError> {
        if self.accept('*') {
            return Ok(Amount::Argument);
        }
        let mut value = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let next =
                value.unwrap_or(0usize).checked_mul(10).and_then(|tens| tens.checked_add(digit as usize));
            value = Some(next.filter(|&next| next <= max).ok_or_else(|| TextError::value(too_big))?);
            self.position += 1;
        }
        Ok(value.map_or(Amount::Unset, Amount::Given))
    }
}
