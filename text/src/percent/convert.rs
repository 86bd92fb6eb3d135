//! Formatting of one printf-style conversion.

use super::PercentSpec;
use crate::number::{FloatCode, FloatStyle, Int, Radix, float_to_text, int_to_radix, int_to_text};
use crate::{TextBuf, TextError, Units};

/// Formats an integer by `d`, `i`, `u`, `o`, `x` or `X`; ASCII. `max_digits` bounds decimal digits, 0 means
/// no bound. An absurd precision is `OverflowError: precision too large`.
pub fn percent_int(value: &Int, spec: &PercentSpec, max_digits: usize) -> Result<String, TextError> {
    let radix = match spec.code {
        'o' => Some(Radix::Octal),
        'x' | 'X' => Some(Radix::Hexadecimal),
        _ => None,
    };
    let text = match radix {
        Some(radix) => int_to_radix(value, radix, false),
        None => int_to_text(value, max_digits).map_err(|error| TextError::value(error.to_string()))?,
    };
    let precision = spec.precision.unwrap_or(0);
    if precision > i32::MAX as usize - 3 {
        return Err(TextError::overflow("precision too large"));
    }
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let digits = "0".repeat(precision.saturating_sub(digits.len())) + digits;
    let prefix = match radix {
        Some(radix) if spec.flags.alternate => radix.prefix(),
        _ => "",
    };
    let out = pad_number(value.is_negative(), prefix, &digits, spec)?;
    Ok(if spec.code == 'X' { out.to_ascii_uppercase() } else { out })
}

/// Formats a float by `e`, `E`, `f`, `F`, `g` or `G`; ASCII. An absurd precision is `ValueError: precision
/// too big`.
pub fn percent_float(value: f64, spec: &PercentSpec) -> Result<String, TextError> {
    if spec.precision.is_some_and(|precision| precision >= i32::MAX as usize) {
        return Err(TextError::value("precision too big"));
    }
    let code = match spec.code {
        'e' | 'E' => FloatCode::Exponent,
        'f' | 'F' => FloatCode::Fixed,
        _ => FloatCode::General,
    };
    let text = float_to_text(
        value,
        &FloatStyle {
            precision: spec.precision.unwrap_or(6),
            upper: spec.code.is_ascii_uppercase(),
            alternate: spec.flags.alternate,
            ..FloatStyle::new(code)
        },
    );
    let digits = text.strip_prefix('-').unwrap_or(&text);
    pad_number(digits.len() < text.len(), "", digits, spec)
}

/// Formats text that the caller has made: by `s`, `r`, `a` and `b`, which cut it at the precision, or by `c`,
/// which does not.
pub fn percent_text(text: Units<'_>, spec: &PercentSpec) -> Result<TextBuf, TextError> {
    let limit = spec.precision.filter(|_| spec.code != 'c').unwrap_or(usize::MAX);
    let shown = text.slice(0..text.len().min(limit));
    let padding = TextError::check_size(spec.width)?.saturating_sub(shown.len());
    let mut out = TextBuf::with_capacity(shown.len() + padding);
    if !spec.flags.left {
        out.push_repeated(' '.into(), padding);
    }
    out.push_units(shown);
    if spec.flags.left {
        out.push_repeated(' '.into(), padding);
    }
    Ok(out)
}

fn pad_number(negative: bool, prefix: &str, digits: &str, spec: &PercentSpec) -> Result<String, TextError> {
    let sign = match (negative, spec.flags.plus, spec.flags.blank) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let width = TextError::check_size(spec.width)?;
    let padding = width.saturating_sub(sign.len() + prefix.len() + digits.len());
    Ok(match (spec.flags.left, spec.flags.zero) {
        (true, _) => format!("{sign}{prefix}{digits}{}", " ".repeat(padding)),
        (_, true) => format!("{sign}{prefix}{}{digits}", "0".repeat(padding)),
        _ => format!("{}{sign}{prefix}{digits}", " ".repeat(padding)),
    })
}
