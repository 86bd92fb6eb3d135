//! Floats as decimal text: `repr`, and the codes `e`, `f`, `g` of formatting, rounded correctly at any
//! precision.
//!
//! The algorithm is that of CPython's `format_float_short`: get the digits and the position of the decimal
//! point, then lay them out. The shortest digits come from zmij, which breaks ties as CPython does, the exact ones
//! from the standard library.

use std::fmt::Write;

/// How a float is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatCode {
    /// `e`: scientific, `precision` digits after the point.
    Exponent,
    /// `f`: fixed, `precision` digits after the point.
    Fixed,
    /// `g`: `precision` significant digits, without trailing zeros.
    General,
    /// `r`: the shortest digits that give the same float back; `precision` is not used.
    Repr,
}

/// All options of [`float_to_text`].
#[derive(Clone, Copy, Debug)]
pub struct FloatStyle {
    /// The layout.
    pub code: FloatCode,
    /// The number of digits that the layout speaks of.
    pub precision: usize,
    /// Capital `E`, `INF` and `NAN`.
    pub upper: bool,
    /// `#`: keep the decimal point, and the trailing zeros of `g`.
    pub alternate: bool,
    /// Add `.0` to what would look like an integer.
    pub add_dot_0: bool,
    /// `z`: no minus sign on what rounds to zero.
    pub no_negative_zero: bool,
}

impl FloatStyle {
    /// The layout with precision 6 and no option set.
    pub fn new(code: FloatCode) -> Self {
        FloatStyle {
            code,
            precision: 6,
            upper: false,
            alternate: false,
            add_dot_0: false,
            no_negative_zero: false,
        }
    }
}

/// `repr(float)`.
pub fn float_repr(value: f64) -> String {
    float_to_text(value, &FloatStyle { add_dot_0: true, ..FloatStyle::new(FloatCode::Repr) })
}

/// The text of a float in the given style: what CPython's `PyOS_double_to_string` returns.
pub fn float_to_text(value: f64, style: &FloatStyle) -> String {
    let mut out = String::new();
    if value.is_nan() {
        out.push_str("nan");
    } else if value.is_infinite() {
        out.push_str(if value < 0.0 { "-inf" } else { "inf" });
    } else {
        match style.code {
            FloatCode::Fixed if !style.alternate && !style.no_negative_zero => fixed(value, style, &mut out),
            _ => lay_out(value, style, &mut out),
        }
    }
    if style.upper {
        out.make_ascii_uppercase();
    }
    out
}

fn lay_out(value: f64, style: &FloatStyle, out: &mut String) {
    let precision = match style.code {
        FloatCode::General => style.precision.max(1),
        _ => style.precision,
    };
    let Decimal { digits, mut point } = match style.code {
        FloatCode::Exponent => significant_digits(value.abs(), precision + 1),
        FloatCode::Fixed => fixed_digits(value.abs(), precision),
        FloatCode::General => significant_digits(value.abs(), precision),
        FloatCode::Repr => shortest_digits(value.abs()),
    };
    let is_zero = digits.iter().all(|&digit| digit == b'0');
    if value.is_sign_negative() && !(is_zero && style.no_negative_zero) {
        out.push('-');
    }

    let precision = precision as i64;
    let mut last = digits.len() as i64;
    let use_exponent = match style.code {
        FloatCode::Exponent => true,
        FloatCode::Fixed => false,
        FloatCode::General => point <= -4 || point > precision - i64::from(style.add_dot_0),
        FloatCode::Repr => point <= -4 || point > 16,
    };
    match style.code {
        FloatCode::Exponent => last = precision + 1,
        FloatCode::Fixed => last = point + precision,
        FloatCode::General if style.alternate => last = precision,
        _ => {}
    }
    let exponent = point - 1;
    if use_exponent {
        point = 1;
    }
    let first = if point <= 0 { point - 1 } else { 0 };
    last = last.max(if style.add_dot_0 && !use_exponent { point + 1 } else { point });

    // Positions before the digits and after them are zeros.
    out.reserve((last - first) as usize + 8);
    for position in first..last {
        if position == point {
            out.push('.');
        }
        let digit = usize::try_from(position).ok().and_then(|position| digits.get(position));
        out.push(digit.map_or('0', |&digit| digit.into()));
    }
    if last == point && style.alternate {
        out.push('.');
    }
    if use_exponent {
        let sign = if exponent < 0 { '-' } else { '+' };
        out.push_str(&format!("e{sign}{:02}", exponent.abs()));
    }
}

/// Fixed layout without options: what the standard library prints, which knows no more digits than `MAX_DIGITS`.
fn fixed(value: f64, style: &FloatStyle, out: &mut String) {
    if let Some((whole, fraction)) = short_fixed(value.abs(), style.precision) {
        let mut buffer = itoa::Buffer::new();
        if value.is_sign_negative() {
            out.push('-');
        }
        out.push_str(buffer.format(whole));
        if style.precision > 0 {
            let digits = buffer.format(fraction);
            out.push('.');
            out.extend(std::iter::repeat_n('0', style.precision - digits.len()));
            out.push_str(digits);
        }
        return;
    }
    let places = style.precision.min(MAX_DIGITS);
    // Writing to a string cannot fail.
    let _ = write!(out, "{value:.places$}");
    out.extend(std::iter::repeat_n('0', style.precision - places));
}

/// A number that is not negative, rounded to some places, as whole number and fraction; `None` if that takes more than
/// 64 bits, or many places.
fn short_fixed(value: f64, places: usize) -> Option<(u64, u64)> {
    let unit = 10u64.checked_pow(places.try_into().ok()?).filter(|_| places <= 16)?;
    let bits = value.to_bits();
    let (mantissa, exponent) = match bits >> 52 {
        0 => return (value == 0.0).then_some((0, 0)),
        biased => (bits & ((1 << 52) - 1) | 1 << 52, biased as i32 - 1075),
    };
    // Exact: 53 bits times at most 54.
    let scaled = u128::from(mantissa) * u128::from(unit);
    let rounded = match exponent {
        0.. => return None,
        -120..0 => {
            let (low, half) = (scaled & ((1 << -exponent) - 1), 1u128 << (-exponent - 1));
            let floor = scaled >> -exponent;
            floor + u128::from(low > half || (low == half && floor & 1 == 1))
        }
        // Less than half a unit of any place.
        _ => 0,
    };
    let rounded = u64::try_from(rounded).ok()?;
    Some((rounded / unit, rounded % unit))
}

/// Digits without trailing zeros, and how many of them stand before the decimal point (zero or less: after
/// it).
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

/// No float has more significant digits than this, nor more digits after the decimal point.
const MAX_DIGITS: usize = 1100;

/// The shortest digits that round to `value`, nearest to it; of two equally near ones the even one, as in
/// CPython.
fn shortest_digits(value: f64) -> Decimal {
    let mut buffer = zmij::Buffer::new();
    from_scientific(buffer.format_finite(value))
}

/// `count` significant digits, at least 1, correctly rounded.
fn significant_digits(value: f64, count: usize) -> Decimal {
    from_scientific(&format!("{value:.*e}", count.min(MAX_DIGITS) - 1))
}

/// The digits of `value` rounded to `places` after the decimal point; none at all when that gives zero.
fn fixed_digits(value: f64, places: usize) -> Decimal {
    if value == 0.0 {
        return Decimal { digits: vec![b'0'], point: 1 };
    }
    let text = format!("{value:.*}", places.min(MAX_DIGITS));
    let whole = text.find('.').unwrap_or(text.len());
    let digits = text.bytes().filter(|&byte| byte != b'.');
    let leading_zeros = digits.clone().take_while(|&digit| digit == b'0').count();
    if leading_zeros == digits.clone().count() {
        return Decimal { digits: Vec::new(), point: -(places as i64) };
    }
    let digits = digits.skip(leading_zeros).collect();
    Decimal { digits: strip_zeros(digits), point: whole as i64 - leading_zeros as i64 }
}

/// The digits of a number that is not negative, with or without point and exponent.
fn from_scientific(text: &str) -> Decimal {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let point = mantissa.find('.').unwrap_or(mantissa.len());
    let mut digits = Vec::with_capacity(mantissa.len());
    digits.extend(mantissa.bytes().filter(|&byte| byte != b'.'));
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count().min(digits.len() - 1);
    digits.drain(..zeros);
    let point = point as i64 - zeros as i64 + exponent.parse::<i64>().unwrap_or(0);
    let digits = strip_zeros(digits);
    let point = if digits == b"0" { 1 } else { point };
    Decimal { digits, point }
}

/// Drops trailing zeros, but keeps a sole zero.
fn strip_zeros(mut digits: Vec<u8>) -> Vec<u8> {
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
    digits
}
