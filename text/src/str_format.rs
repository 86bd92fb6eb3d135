//! Parser of `str.format` strings: `"{0.name[key]!r:>{width}}"`.
//!
//! [`parse_format`] cuts the string into literals and fields, [`split_field_name`] cuts the name of a field,
//! and [`AutoNumber`] counts fields without one. `_string.formatter_parser` and
//! `_string.formatter_field_name_split` are the first two.

use std::ops::Range;

use crate::format_spec::append_digit;
use crate::unicode::decimal_value;
use crate::{TextError, Units};

/// A literal and the field behind it, if any. Ranges are those of the format string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatPiece {
    /// Text to copy; of `{{` and `}}` it holds one brace.
    pub literal: Range<usize>,
    /// The field behind the literal.
    pub field: Option<FormatField>,
}

/// A replacement field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatField {
    /// The name, for [`split_field_name`].
    pub name: Range<usize>,
    /// The character after `!`.
    pub conversion: Option<u32>,
    /// The format spec, empty if there is none.
    pub spec: Range<usize>,
    /// Whether the spec has fields of its own.
    pub spec_is_nested: bool,
}

/// Cuts a format string. All errors are `ValueError`; nothing follows one.
pub fn parse_format(format: Units<'_>) -> FormatPieces<'_> {
    FormatPieces { format, position: 0, end: format.len() }
}

/// Cuts the part of a format string in `range`, such as a nested spec; ranges are still those of the whole
/// string.
pub fn parse_format_range(format: Units<'_>, range: Range<usize>) -> FormatPieces<'_> {
    FormatPieces { format, position: range.start, end: range.end }
}

/// Iterator over the pieces of a format string, made by [`parse_format`].
#[derive(Clone, Debug)]
pub struct FormatPieces<'a> {
    format: Units<'a>,
    position: usize,
    end: usize,
}

impl Iterator for FormatPieces<'_> {
    type Item = Result<FormatPiece, TextError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.position >= self.end {
            return None;
        }
        let piece = self.piece();
        if piece.is_err() {
            self.position = self.end;
        }
        Some(piece)
    }
}

impl FormatPieces<'_> {
    fn peek(&self) -> Option<char> {
        if self.position == self.end {
            return None;
        }
        Some(char::from_u32(self.format.at(self.position)).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.position += 1;
        Some(next)
    }

    fn piece(&mut self) -> Result<FormatPiece, TextError> {
        let start = self.position;
        let brace = loop {
            match self.bump() {
                Some(brace @ ('{' | '}')) => break brace,
                Some(_) => {}
                None => return Ok(FormatPiece { literal: start..self.end, field: None }),
            }
        };
        let next = self.peek();
        if next == Some(brace) {
            let literal = start..self.position;
            self.position += 1;
            return Ok(FormatPiece { literal, field: None });
        }
        if brace == '}' || next.is_none() {
            return Err(TextError::value(format!("Single '{brace}' encountered in format string")));
        }
        let literal = start..self.position - 1;
        Ok(FormatPiece { literal, field: Some(self.field()?) })
    }

    /// Reads a field; its opening brace is behind.
    fn field(&mut self) -> Result<FormatField, TextError> {
        let start = self.position;
        let ended_by = loop {
            match self.bump() {
                Some('{') => return Err(TextError::value("unexpected '{' in field name")),
                Some('[') => {
                    while self.peek().is_some_and(|c| c != ']') {
                        self.position += 1;
                    }
                }
                Some(end @ ('}' | ':' | '!')) => break end,
                Some(_) => {}
                None => return Err(TextError::value("expected '}' before end of string")),
            }
        };
        let name = start..self.position - 1;
        let mut field =
            FormatField { name, conversion: None, spec: self.position..self.position, spec_is_nested: false };
        if ended_by == '}' {
            return Ok(field);
        }
        if ended_by == '!' {
            if self.position == self.end {
                let message = "end of string while looking for conversion specifier";
                return Err(TextError::value(message));
            }
            field.conversion = Some(self.format.at(self.position));
            self.position += 1;
            match self.bump() {
                Some('}') => return Ok(field),
                Some(':') | None => {}
                Some(_) => return Err(TextError::value("expected ':' after conversion specifier")),
            }
        }
        let start = self.position;
        let mut depth = 1;
        while depth > 0 {
            match self.bump() {
                Some('{') => {
                    field.spec_is_nested = true;
                    depth += 1;
                }
                Some('}') => depth -= 1,
                Some(_) => {}
                None => return Err(TextError::value("unmatched '{' in format spec")),
            }
        }
        field.spec = start..self.position - 1;
        Ok(field)
    }
}

/// The start of a field name, or a subscript: an index if it is all decimal digits, else text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKey {
    /// A number.
    Index(usize),
    /// The name in this range of the text; empty when the first part of a field name is left out.
    Name(Range<usize>),
}

/// What follows the first part of a field name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldStep {
    /// `.name`, the range of the name.
    Attribute(Range<usize>),
    /// `[key]`
    Item(FieldKey),
}

/// Cuts a field name into its first part and the steps after it. The error is
/// `ValueError: Too many decimal digits in format string`.
pub fn split_field_name(name: Units<'_>) -> Result<(FieldKey, FieldSteps<'_>), TextError> {
    let is_step = |code_point| code_point == '.' as u32 || code_point == '[' as u32;
    let end = name.position(is_step).unwrap_or(name.len());
    Ok((field_key(name, 0..end)?, FieldSteps { name, position: end }))
}

/// Iterator over the steps of a field name, made by [`split_field_name`]. All errors are `ValueError`.
#[derive(Clone, Debug)]
pub struct FieldSteps<'a> {
    name: Units<'a>,
    position: usize,
}

impl Iterator for FieldSteps<'_> {
    type Item = Result<FieldStep, TextError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.position >= self.name.len() {
            return None;
        }
        let step = self.step();
        if step.is_err() {
            self.position = self.name.len();
        }
        Some(step)
    }
}

impl FieldSteps<'_> {
    fn step(&mut self) -> Result<FieldStep, TextError> {
        let start = self.position + 1;
        let rest = self.name.slice(start..self.name.len());
        let position_of =
            |wanted: &[char]| rest.position(|unit| char::from_u32(unit).is_some_and(|c| wanted.contains(&c)));
        let (step, end) = match char::from_u32(self.name.at(self.position)) {
            Some('.') => {
                let end = start + position_of(&['.', '[']).unwrap_or(rest.len());
                self.position = end;
                (FieldStep::Attribute(start..end), end)
            }
            Some('[') => {
                let len = position_of(&[']']);
                let end = start + len.ok_or_else(|| TextError::value("Missing ']' in format string"))?;
                self.position = end + 1;
                (FieldStep::Item(field_key(self.name, start..end)?), end)
            }
            _ => {
                let message = "Only '.' or '[' may follow ']' in format field specifier";
                return Err(TextError::value(message));
            }
        };
        if start == end {
            return Err(TextError::value("Empty attribute in format string"));
        }
        Ok(step)
    }
}

fn field_key(name: Units<'_>, range: Range<usize>) -> Result<FieldKey, TextError> {
    let mut index = None;
    for code_point in name.slice(range.clone()).iter() {
        let Some(digit) = decimal_value(code_point) else { return Ok(FieldKey::Name(range)) };
        index = Some(append_digit(index.unwrap_or(0), digit)?);
    }
    Ok(index.map_or(FieldKey::Name(range), FieldKey::Index))
}

/// Numbers the fields of one `str.format` call, nested specs included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoNumber {
    /// No field has been counted yet.
    #[default]
    Unused,
    /// Fields have no numbers; this is the next one.
    Automatic(usize),
    /// Fields have numbers.
    Manual,
}

impl AutoNumber {
    /// The key of the argument of a field whose name starts with `first`; an empty name takes the next
    /// number. Mixing both ways is a `ValueError`.
    pub fn resolve(&mut self, first: FieldKey) -> Result<FieldKey, TextError> {
        let is_empty = matches!(&first, FieldKey::Name(range) if range.is_empty());
        match (&first, *self) {
            (FieldKey::Name(_), _) if !is_empty => Ok(first),
            (FieldKey::Index(_), AutoNumber::Automatic(_)) => Err(TextError::value(
                "cannot switch from automatic field numbering to manual field specification",
            )),
            (FieldKey::Index(_), _) => {
                *self = AutoNumber::Manual;
                Ok(first)
            }
            (_, AutoNumber::Manual) => Err(TextError::value(
                "cannot switch from manual field specification to automatic field numbering",
            )),
            (_, state) => {
                let next = if let AutoNumber::Automatic(next) = state { next } else { 0 };
                *self = AutoNumber::Automatic(next + 1);
                Ok(FieldKey::Index(next))
            }
        }
    }
}
