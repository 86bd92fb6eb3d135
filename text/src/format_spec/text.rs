//! `format(str, spec)`.

use super::layout::split_padding;
use super::spec::{self, Align, Sign};
use crate::{TextBuf, TextError, Units};

/// Formats a string; `type_name` is `"str"` or that of a subclass.
pub fn format_text(text: Units<'_>, spec: Units<'_>, type_name: &str) -> Result<TextBuf, TextError> {
    let spec = spec::parse(spec, type_name, 's', Align::Left)?;
    if spec.code != 's' as u32 {
        return Err(spec.unknown_code(type_name));
    }
    match spec.sign {
        Sign::Unset => {}
        Sign::Space => return Err(TextError::value("Space not allowed in string format specifier")),
        Sign::Plus | Sign::Minus => {
            return Err(TextError::value("Sign not allowed in string format specifier"));
        }
    }
    let refused = [
        (spec.no_negative_zero, "Negative zero coercion (z) not allowed in string format specifier"),
        (spec.alternate, "Alternate form (#) not allowed in string format specifier"),
        (spec.align == Align::AfterSign, "'=' alignment not allowed in string format specifier"),
    ];
    if let Some((_, message)) = refused.iter().find(|(is_set, _)| *is_set) {
        return Err(TextError::value(*message));
    }
    let shown = text.slice(0..text.len().min(spec.precision.unwrap_or(usize::MAX)));
    let width = TextError::check_size(spec.width.unwrap_or(0))?;
    let (left, _, right) = split_padding(width.saturating_sub(shown.len()), spec.align);
    let mut out = TextBuf::with_capacity(shown.len() + left + right);
    out.push_repeated(spec.fill, left);
    out.push_units(shown);
    out.push_repeated(spec.fill, right);
    Ok(out)
}
