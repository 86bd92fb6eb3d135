//! Decimal, digit and numeric values of characters.

use super::tables::{DECIMAL_ZEROS, DIGITS, NUMERICS};

/// The value of a decimal digit of any script (`str.isdecimal`), 0 to 9.
pub fn decimal_value(code_point: u32) -> Option<u8> {
    if code_point < 0x80 {
        return char::from_u32(code_point)?.to_digit(10).map(|digit| digit as u8);
    }
    let index = DECIMAL_ZEROS.partition_point(|&zero| zero <= code_point);
    let value = code_point - DECIMAL_ZEROS[index - 1];
    (value < 10).then_some(value as u8)
}

/// The value of a digit (`str.isdigit`): decimal digits, and superscripts, circled digits and the like.
pub fn digit_value(code_point: u32) -> Option<u8> {
    if let Some(value) = decimal_value(code_point) {
        return Some(value);
    }
    let index = DIGITS.partition_point(|&(start, ..)| start <= code_point);
    let &(start, count, first) = DIGITS.get(index.checked_sub(1)?)?;
    let offset = code_point - start;
    (offset < count.into()).then(|| first + offset as u8)
}

/// The value of a numeric character (`str.isnumeric`): digits, fractions, Roman numerals, ideographs.
pub fn numeric_value(code_point: u32) -> Option<f64> {
    if let Some(value) = digit_value(code_point) {
        return Some(value.into());
    }
    let index = NUMERICS.partition_point(|&(start, ..)| start <= code_point);
    let &(start, count, first, step) = NUMERICS.get(index.checked_sub(1)?)?;
    let offset = code_point - start;
    (offset < count.into()).then(|| first + step * f64::from(offset))
}
