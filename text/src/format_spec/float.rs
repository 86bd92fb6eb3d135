//! `format(float, spec)`.

use super::layout::{NumberParts, lay_out};
use super::spec::{self, Align, FormatSpec};
use crate::number::{FloatCode, FloatStyle, float_to_text};
use crate::{TextBuf, TextError, Units};

/// Formats a float; `type_name` is `"float"` or that of a subclass.
pub fn format_float(value: f64, spec: Units<'_>, type_name: &str) -> Result<TextBuf, TextError> {
    let spec = spec::parse(spec, type_name, '\0', Align::Right)?;
    if !matches!(spec.code_char(), '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') {
        return Err(spec.unknown_code(type_name));
    }
    format_with(value, &spec)
}

/// Formats a float with one of the float types, or with none (`'\0'`).
pub(super) fn format_with(value: f64, spec: &FormatSpec) -> Result<TextBuf, TextError> {
    let style = float_style(spec, true)?;
    let is_percent = spec.code_char() == '%';
    let mut text = float_to_text(if is_percent { value * 100.0 } else { value }, &style);
    if is_percent {
        text.push('%');
    }
    lay_out(&NumberParts::from_float_text(&text), spec)
}

/// The style that a spec asks for. `add_dot_0` says whether a number without a type must look like a float.
pub(super) fn float_style(spec: &FormatSpec, add_dot_0: bool) -> Result<FloatStyle, TextError> {
    if spec.precision.is_some_and(|precision| precision > i32::MAX as usize) {
        return Err(TextError::value("precision too big"));
    }
    let code = match spec.code_char() {
        '\0' if spec.precision.is_none() => FloatCode::Repr,
        'e' | 'E' => FloatCode::Exponent,
        'f' | 'F' | '%' => FloatCode::Fixed,
        _ => FloatCode::General,
    };
    Ok(FloatStyle {
        code,
        precision: spec.precision.unwrap_or(6),
        upper: matches!(spec.code_char(), 'E' | 'F' | 'G'),
        alternate: spec.alternate,
        add_dot_0: add_dot_0 && spec.code == 0,
        no_negative_zero: spec.no_negative_zero,
    })
}
