//! `format(complex, spec)`.

use super::float::float_style;
use super::layout::{NumberParts, lay_out, split_padding};
use super::spec::{self, Align, Sign};
use crate::number::float_to_text;
use crate::{TextBuf, TextError, Units};

/// Formats a complex number; `type_name` is `"complex"` or that of a subclass.
pub fn format_complex(
    real: f64,
    imaginary: f64,
    spec: Units<'_>,
    type_name: &str,
) -> Result<TextBuf, TextError> {
    let spec = spec::parse(spec, type_name, '\0', Align::Right)?;
    if !matches!(spec.code_char(), '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') {
        return Err(spec.unknown_code(type_name));
    }
    if spec.fill == '0' as u32 {
        return Err(TextError::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(TextError::value("'=' alignment flag is not allowed in complex format specifier"));
    }
    let style = float_style(&spec, false)?;
    // Without a type it looks as `str` shows it: no real part if that is zero, else parentheses.
    let is_plain = spec.code == 0;
    let skip_real = is_plain && real == 0.0 && real.is_sign_positive();
    let parenthesized = is_plain && !skip_real;

    let mut part_spec = spec.clone();
    part_spec.width = None;
    let mut body = TextBuf::new();
    if parenthesized {
        body.push('('.into());
    }
    if !skip_real {
        let text = float_to_text(real, &style);
        body.push_units(lay_out(&NumberParts::from_float_text(&text), &part_spec)?.as_units());
        part_spec.sign = Sign::Plus;
    }
    let text = float_to_text(imaginary, &style);
    body.push_units(lay_out(&NumberParts::from_float_text(&text), &part_spec)?.as_units());
    body.push_str(if parenthesized { "j)" } else { "j" });

    let width = TextError::check_size(spec.width.unwrap_or(0))?;
    let (left, _, right) = split_padding(width.saturating_sub(body.len()), spec.align);
    let mut out = TextBuf::with_capacity(body.len() + left + right);
    out.push_repeated(spec.fill, left);
    out.push_units(body.as_units());
    out.push_repeated(spec.fill, right);
    Ok(out)
}
