//! `float.hex` and `float.fromhex`.

use super::ascii::trim;
use crate::TextError;

const MANTISSA_BITS: u32 = 52;
const MIN_EXPONENT: i64 = -1074;

/// `float.hex()`: `0x1.8000000000000p+0`.
pub fn float_to_hex(value: f64) -> String {
    if !value.is_finite() || value == 0.0 {
        return match value {
            0.0 if value.is_sign_negative() => "-0x0.0p+0".to_owned(),
            0.0 => "0x0.0p+0".to_owned(),
            _ => super::float_repr(value),
        };
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let bits = value.abs().to_bits();
    let fraction = bits & ((1 << MANTISSA_BITS) - 1);
    let (lead, exponent) = match bits >> MANTISSA_BITS {
        0 => (0, -1022),
        biased => (1, biased as i64 - 1023),
    };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// `float.fromhex(text)`, for ASCII text; rounds half to even. The errors are its `ValueError` and
/// `OverflowError`; the value is judged before junk behind it, as in CPython.
pub fn float_from_hex(text: &[u8]) -> Result<f64, TextError> {
    let invalid = || TextError::value("invalid hexadecimal floating-point string");
    let text = trim(text);
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let is_name = |names: &[&str]| names.iter().any(|name| text.eq_ignore_ascii_case(name.as_bytes()));
    let magnitude = if is_name(&["inf", "infinity"]) {
        f64::INFINITY
    } else if is_name(&["nan"]) {
        f64::NAN
    } else {
        let text = match text {
            [b'0', b'x' | b'X', rest @ ..] => rest,
            _ => text,
        };
        let ((bits, scale), rest) = parse_mantissa(text).ok_or_else(invalid)?;
        let (exponent, rest) = match rest {
            [b'p' | b'P', rest @ ..] => parse_exponent(rest).ok_or_else(invalid)?,
            _ => (0, rest),
        };
        let magnitude = scale_rounded(bits, exponent + scale)
            .ok_or_else(|| TextError::overflow("hexadecimal value too large to represent as a float"))?;
        if !rest.is_empty() {
            return Err(invalid());
        }
        magnitude
    };
    Ok(if negative { -magnitude } else { magnitude })
}

/// The number after `p`, far out of range held at a bound beyond all floats, and what follows it.
fn parse_exponent(text: &[u8]) -> Option<(i64, &[u8])> {
    let (sign, text) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    let (digits, rest) = text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let add = |value: i64, digit: &u8| (value * 10 + i64::from(digit - b'0')).min(1 << 50);
    (!digits.is_empty()).then(|| (sign * digits.iter().fold(0, add), rest))
}

/// Hexadecimal digits with at most one point, as `bits * 2**scale`, and what follows them. Digits beyond the
/// 15th significant one only set the lowest bit, which is below every rounding position.
fn parse_mantissa(text: &[u8]) -> Option<((u64, i64), &[u8])> {
    let mut bits = 0u64;
    let mut scale = 0;
    let mut has_digits = false;
    let mut after_point = false;
    let mut rest = text;
    while let [byte, behind @ ..] = rest {
        match char::from(*byte).to_digit(16) {
            Some(digit) if bits >> 60 == 0 => {
                bits = bits << 4 | u64::from(digit);
                scale -= if after_point { 4 } else { 0 };
                has_digits = true;
            }
            Some(digit) => {
                bits |= u64::from(digit != 0);
                scale += if after_point { 0 } else { 4 };
            }
            None if *byte == b'.' && !after_point => after_point = true,
            None => break,
        }
        rest = behind;
    }
    has_digits.then_some(((bits, scale), rest))
}

/// `bits * 2**exponent`, rounded half to even; `None` when that is beyond the largest float.
fn scale_rounded(bits: u64, exponent: i64) -> Option<f64> {
    if bits == 0 {
        return Some(0.0);
    }
    let length = i64::from(64 - bits.leading_zeros());
    let drop = (length - 53).max(MIN_EXPONENT - exponent);
    if drop > 64 {
        return Some(0.0);
    }
    let (kept, exponent) = match drop {
        ..=0 => (bits, exponent),
        drop => {
            let wide = u128::from(bits);
            let kept = (wide >> drop) as u64;
            let rest = wide & ((1 << drop) - 1);
            let half = 1u128 << (drop - 1);
            let round_up = rest > half || rest == half && kept & 1 == 1;
            (kept + u64::from(round_up), exponent + drop)
        }
    };
    // `kept` has at most 53 bits, so multiplying by powers of two is exact as long as no step underflows.
    let mut value = kept as f64;
    let mut left = exponent;
    while left != 0 {
        let step = left.clamp(-1022, 1023);
        value *= f64::from_bits(((step + 1023) as u64) << MANTISSA_BITS);
        left -= step;
        if value.is_infinite() {
            return None;
        }
    }
    Some(value)
}
