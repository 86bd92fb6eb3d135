//! `format(int, spec)`.

use super::layout::{NumberParts, lay_out};
use super::spec::{self, Align, FormatSpec, Sign};
use crate::number::{Int, Radix, int_to_radix, int_to_text};
use crate::{TextBuf, TextError, Units};

/// Formats an integer, with the float types as a float. `type_name` is `"int"`, `"bool"` or that of a
/// subclass; `max_digits` bounds decimal digits (`sys.set_int_max_str_digits`), 0 means no bound.
pub fn format_int(
    value: &Int,
    spec: Units<'_>,
    type_name: &str,
    max_digits: usize,
) -> Result<TextBuf, TextError> {
    let spec = spec::parse(spec, type_name, 'd', Align::Right)?;
    match spec.code_char() {
        'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n' => {}
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => {
            let float = value.to_f64();
            let float = float.ok_or_else(|| TextError::overflow("int too large to convert to float"))?;
            return super::float::format_with(float, &spec);
        }
        _ => return Err(spec.unknown_code(type_name)),
    }
    if spec.precision.is_some() {
        return Err(TextError::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(TextError::value("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    let radix = match spec.code_char() {
        'c' => return format_char(value, &spec),
        'b' => Some(Radix::Binary),
        'o' => Some(Radix::Octal),
        'x' | 'X' => Some(Radix::Hexadecimal),
        _ => None,
    };
    let mut text = match radix {
        Some(radix) => int_to_radix(value, radix, false),
        None => int_to_text(value, max_digits).map_err(|error| TextError::value(error.to_string()))?,
    };
    let mut prefix = match radix {
        Some(radix) if spec.alternate => radix.prefix().to_owned(),
        _ => String::new(),
    };
    if spec.code_char() == 'X' {
        text.make_ascii_uppercase();
        prefix.make_ascii_uppercase();
    }
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let parts = NumberParts {
        negative: value.is_negative(),
        prefix: &prefix,
        digits,
        fraction: None,
        rest: Units::One(&[]),
    };
    lay_out(&parts, &spec)
}

/// Type `c`: the character with this code point.
fn format_char(value: &Int, spec: &FormatSpec) -> Result<TextBuf, TextError> {
    if spec.sign != Sign::Unset {
        return Err(TextError::value("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(TextError::value("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    let code_point = match value {
        Int::Small(value @ 0..0x110000) => *value as u32,
        Int::Small(_) => return Err(TextError::overflow("%c arg not in range(0x110000)")),
        Int::Big(_) => return Err(TextError::overflow("Python int too large to convert to C long")),
    };
    let unit = [code_point];
    let parts =
        NumberParts { negative: false, prefix: "", digits: "", fraction: None, rest: Units::Four(&unit) };
    lay_out(&parts, spec)
}
