//! Parser of format specs.

use crate::unicode::decimal_value;
use crate::{TextError, Units};

/// Where the padding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
    Center,
    /// Between the sign and the digits.
    AfterSign,
}

impl Align {
    fn from_char(code_point: u32) -> Option<Self> {
        match char::from_u32(code_point)? {
            '<' => Some(Align::Left),
            '>' => Some(Align::Right),
            '^' => Some(Align::Center),
            '=' => Some(Align::AfterSign),
            _ => None,
        }
    }
}

/// Which signs numbers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Not given, which is the same as `-` for numbers.
    Unset,
    Minus,
    Plus,
    Space,
}

/// A separator between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Comma,
    Underscore,
}

impl Separator {
    pub(super) fn as_char(self) -> char {
        match self {
            Separator::Comma => ',',
            Separator::Underscore => '_',
        }
    }
}

/// A parsed format spec.
#[derive(Clone, Debug)]
pub(super) struct FormatSpec {
    pub(super) fill: u32,
    pub(super) align: Align,
    pub(super) sign: Sign,
    pub(super) no_negative_zero: bool,
    pub(super) alternate: bool,
    pub(super) width: Option<usize>,
    pub(super) separator: Option<Separator>,
    pub(super) precision: Option<usize>,
    pub(super) fraction_separator: Option<Separator>,
    /// The presentation type; `'\0'` where neither the spec nor the type of the value says one.
    pub(super) code: u32,
}

impl FormatSpec {
    /// The presentation type as a character; `'\0'` is what no type character matches.
    pub(super) fn code_char(&self) -> char {
        char::from_u32(self.code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// Whether digits before the point come in groups of four, as binary, octal and hexadecimal ones do.
    pub(super) fn groups_by_four(&self) -> bool {
        matches!(self.code_char(), 'b' | 'o' | 'x' | 'X')
    }

    /// `ValueError: Unknown format code '%c' for object of type '%s'`.
    pub(super) fn unknown_code(&self, type_name: &str) -> TextError {
        TextError::value(format!("Unknown format code {} for object of type '{type_name}'", quote(self.code)))
    }
}

fn quote(code_point: u32) -> String {
    match char::from_u32(code_point) {
        Some(c @ '!'..='\x7f') => format!("'{c}'"),
        _ => format!("'\\x{code_point:x}'"),
    }
}

/// Parses a whole format spec. `default_code` and `default_align` are those of the value's type.
pub(super) fn parse(
    text: Units<'_>,
    type_name: &str,
    default_code: char,
    default_align: Align,
) -> Result<FormatSpec, TextError> {
    let mut reader = Reader { text, position: 0 };
    let mut spec = FormatSpec {
        fill: ' '.into(),
        align: default_align,
        sign: Sign::Unset,
        no_negative_zero: false,
        alternate: false,
        width: None,
        separator: None,
        precision: None,
        fraction_separator: None,
        code: default_code.into(),
    };
    let mut has_fill = false;
    let mut has_align = false;
    if let Some(align) = text.get(1).and_then(Align::from_char) {
        spec.fill = text.at(0);
        spec.align = align;
        (has_fill, has_align) = (true, true);
        reader.position = 2;
    } else if let Some(align) = text.get(0).and_then(Align::from_char) {
        spec.align = align;
        has_align = true;
        reader.position = 1;
    }
    spec.sign = match reader.peek() {
        Some(' ') => Sign::Space,
        Some('+') => Sign::Plus,
        Some('-') => Sign::Minus,
        _ => Sign::Unset,
    };
    if spec.sign != Sign::Unset {
        reader.position += 1;
    }
    spec.no_negative_zero = reader.accept('z');
    spec.alternate = reader.accept('#');
    if !has_fill && reader.accept('0') {
        spec.fill = '0'.into();
        if !has_align && default_align == Align::Right {
            spec.align = Align::AfterSign;
        }
    }
    spec.width = reader.integer()?;
    spec.separator = reader.separator()?;
    if reader.accept('.') {
        spec.precision = reader.integer()?;
        spec.fraction_separator = reader.separator()?;
        if spec.precision.is_none() && spec.fraction_separator.is_none() {
            return Err(TextError::value("Format specifier missing precision"));
        }
    }
    match text.len() - reader.position {
        0 => {}
        1 => spec.code = text.at(reader.position),
        _ => {
            return Err(TextError::value(format!(
                "Invalid format specifier '{}' for object of type '{type_name}'",
                text.to_string_lossy()
            )));
        }
    }
    check_separators(&spec)?;
    Ok(spec)
}

fn check_separators(spec: &FormatSpec) -> Result<(), TextError> {
    let refuse = |separator: Separator| {
        let (separator, code) = (separator.as_char(), quote(spec.code));
        Err(TextError::value(format!("Cannot specify '{separator}' with {code}.")))
    };
    let code = spec.code_char();
    if let Some(separator) = spec.separator {
        match code {
            'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0' => {}
            'b' | 'o' | 'x' | 'X' if separator == Separator::Underscore => {}
            _ => return refuse(separator),
        }
    }
    match spec.fraction_separator {
        Some(separator) if code == 'n' => refuse(separator),
        _ => Ok(()),
    }
}

struct Reader<'a> {
    text: Units<'a>,
    position: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.position).and_then(char::from_u32)
    }

    fn accept(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.position += usize::from(found);
        found
    }

    /// Decimal digits of any script, if there are any.
    fn integer(&mut self) -> Result<Option<usize>, TextError> {
        let mut value = None;
        while let Some(digit) = self.text.get(self.position).and_then(decimal_value) {
            value = Some(append_digit(value.unwrap_or(0), digit)?);
            self.position += 1;
        }
        Ok(value)
    }

    fn separator(&mut self) -> Result<Option<Separator>, TextError> {
        let both = || Err(TextError::value("Cannot specify both ',' and '_'."));
        if self.accept(',') {
            return if self.peek() == Some('_') { both() } else { Ok(Some(Separator::Comma)) };
        }
        if self.accept('_') {
            return if self.peek() == Some(',') { both() } else { Ok(Some(Separator::Underscore)) };
        }
        Ok(None)
    }
}

/// `value * 10 + digit`, or `ValueError: Too many decimal digits in format string`.
pub(crate) fn append_digit(value: usize, digit: u8) -> Result<usize, TextError> {
    value
        .checked_mul(10)
        .and_then(|value| value.checked_add(digit.into()))
        .filter(|&value| value <= isize::MAX as usize)
        .ok_or_else(|| TextError::value("Too many decimal digits in format string"))
}
