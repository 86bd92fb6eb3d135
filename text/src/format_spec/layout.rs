//! Laying out a number: sign, padding, groups of digits.

use std::borrow::Cow;

use super::spec::{Align, FormatSpec, Separator, Sign};
use crate::{TextBuf, TextError, Units};

/// A number cut into what the layout treats differently, all ASCII but `rest`.
pub(super) struct NumberParts<'a> {
    pub(super) negative: bool,
    /// `0x` and the like.
    pub(super) prefix: &'a str,
    /// The digits before the decimal point.
    pub(super) digits: &'a str,
    /// The digits after the decimal point, when there is a point.
    pub(super) fraction: Option<&'a str>,
    /// What follows the digits: exponent, percent sign; or all of `inf`, `nan` and of a single character.
    pub(super) rest: Units<'a>,
}

impl<'a> NumberParts<'a> {
    /// Cuts the text of a float.
    pub(super) fn from_float_text(text: &'a str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let digits_end = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, mut rest) = text.split_at(digits_end(text));
        let mut fraction = None;
        if let Some(after_point) = rest.strip_prefix('.') {
            let (places, after) = after_point.split_at(digits_end(after_point));
            fraction = Some(places);
            rest = after;
        }
        NumberParts { negative, prefix: "", digits, fraction, rest: Units::One(rest.as_bytes()) }
    }
}

/// The number with sign, separators and padding as the spec asks.
pub(super) fn lay_out(parts: &NumberParts<'_>, spec: &FormatSpec) -> Result<TextBuf, TextError> {
    let width = TextError::check_size(spec.width.unwrap_or(0))?;
    let sign = match (parts.negative, spec.sign) {
        (true, _) => "-",
        (false, Sign::Plus) => "+",
        (false, Sign::Space) => " ",
        (false, Sign::Minus | Sign::Unset) => "",
    };
    let fraction = parts.fraction.map(|digits| group_fraction(digits, spec.fraction_separator));
    let fraction_len = fraction.as_ref().map_or(0, |fraction| fraction.len() + 1);
    let around = sign.len() + parts.prefix.len() + fraction_len + parts.rest.len();

    let zero_padded = spec.fill == '0' as u32 && spec.align == Align::AfterSign;
    let min_digits = if zero_padded { width.saturating_sub(around) } else { 0 };
    let digits = match parts.digits {
        digits if digits.is_empty() || (spec.separator.is_none() && digits.len() >= min_digits) => {
            digits.into()
        }
        digits => {
            let group = if spec.groups_by_four() { 4 } else { 3 };
            let separator = spec.separator.map(|separator| (separator.as_char(), group));
            Cow::Owned(group_digits(digits, separator, min_digits))
        }
    };

    let padding = width.saturating_sub(around + digits.len());
    let (left, middle, right) = split_padding(padding, spec.align);
    let mut out = TextBuf::with_capacity(around + digits.len() + padding);
    out.push_repeated(spec.fill, left);
    out.push_str(sign);
    out.push_str(parts.prefix);
    out.push_repeated(spec.fill, middle);
    out.push_str(&digits);
    if let Some(fraction) = fraction {
        out.push('.'.into());
        out.push_str(&fraction);
    }
    out.push_units(parts.rest);
    out.push_repeated(spec.fill, right);
    Ok(out)
}

/// The padding before everything, after the sign, and after everything.
pub(super) fn split_padding(padding: usize, align: Align) -> (usize, usize, usize) {
    match align {
        Align::Left => (0, 0, padding),
        Align::Right => (padding, 0, 0),
        Align::Center => (padding / 2, 0, padding - padding / 2),
        Align::AfterSign => (0, padding, 0),
    }
}

/// Digits in groups from the right, led by zeros up to `min_width` characters, separators counted. A
/// separator never comes first, so the result may be one character longer.
fn group_digits(digits: &str, separator: Option<(char, usize)>, min_width: usize) -> String {
    let Some((separator, group)) = separator else {
        return "0".repeat(min_width.saturating_sub(digits.len())) + digits;
    };
    // The least number of digits whose grouped form is at least `min_width` wide.
    let padded = min_width - min_width.saturating_sub(1) / (group + 1);
    let count = digits.len().max(padded);
    let mut out = String::with_capacity(count + count / group);
    for index in 0..count {
        let left = count - index;
        if index > 0 && left.is_multiple_of(group) {
            out.push(separator);
        }
        let digit = (digits.len().checked_sub(left)).map_or('0', |at| digits.as_bytes()[at].into());
        out.push(digit);
    }
    out
}

/// Digits in groups of three from the left.
fn group_fraction(digits: &str, separator: Option<Separator>) -> Cow<'_, str> {
    let Some(separator) = separator else { return digits.into() };
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == 0 {
            out.push(separator.as_char());
        }
        out.push(digit);
    }
    out.into()
}
