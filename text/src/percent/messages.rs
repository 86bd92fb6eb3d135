//! The errors of printf-style formatting that need to know the argument.

use super::Conversion;
use crate::TextError;

/// `TypeError: format requires a mapping`
pub const NO_MAPPING: &str = "format requires a mapping";
/// `TypeError: * wants int`
pub const STAR_WANTS_INT: &str = "* wants int";
/// `TypeError: not enough arguments for format string`
pub const NOT_ENOUGH_ARGUMENTS: &str = "not enough arguments for format string";
/// `TypeError` when a tuple has items left, or one value is left that is no mapping; for bytes,
/// [`NOT_ALL_BYTES`].
pub const NOT_ALL_CONVERTED: &str = "not all arguments converted during string formatting";
/// `TypeError` of bytes where [`NOT_ALL_CONVERTED`] is that of str.
pub const NOT_ALL_BYTES: &str = "not all arguments converted during bytes formatting";
/// `OverflowError` of `%c` with an int that is no code point.
pub const CHAR_OUT_OF_RANGE: &str = "%c arg not in range(0x110000)";
/// `OverflowError` of `%c` in bytes with an int that is no byte.
pub const BYTE_OUT_OF_RANGE: &str = "%c arg not in range(256)";

/// `ValueError` of an unknown conversion character.
pub fn unsupported_character(conversion: &Conversion) -> TextError {
    let shown = char::from_u32(conversion.code).filter(|c| ('\x1f'..='~').contains(c)).unwrap_or('?');
    let (code, index) = (conversion.code, conversion.code_index);
    TextError::value(format!("unsupported format character '{shown}' ({code:#x}) at index {index}"))
}

/// `TypeError` of an integer conversion whose argument is none: `o`, `x` and `X` take nothing but integers.
pub fn not_an_integer(code: char, type_name: &str) -> TextError {
    let wanted = match code {
        'o' | 'x' | 'X' => "an integer is required",
        _ => "a real number is required",
    };
    TextError::type_error(format!("%{code} format: {wanted}, not {type_name}"))
}

/// `TypeError` of a float conversion of str whose argument is no number.
pub fn not_a_float(type_name: &str) -> TextError {
    TextError::type_error(format!("must be real number, not {type_name}"))
}

/// `TypeError` of a float conversion of bytes whose argument is no number.
pub fn not_a_float_in_bytes(type_name: &str) -> TextError {
    TextError::type_error(format!("float argument required, not {type_name}"))
}

/// `TypeError` of `%c` in str whose argument is neither an int nor a string.
pub fn not_a_char(type_name: &str) -> TextError {
    TextError::type_error(format!("%c requires an int or a unicode character, not {type_name}"))
}

/// `TypeError` of `%c` in str whose argument is a string of another length than one.
pub fn not_one_char(length: usize) -> TextError {
    let message = format!("%c requires an int or a unicode character, not a string of length {length}");
    TextError::type_error(message)
}

/// `TypeError` of `%c` in bytes whose argument is neither an int nor bytes.
pub fn not_a_byte(type_name: &str) -> TextError {
    TextError::type_error(format!("%c requires an integer in range(256) or a single byte, not {type_name}"))
}

/// `TypeError` of `%c` in bytes whose argument is a bytes object (`type_name`) of another length than one.
pub fn not_one_byte(type_name: &str, length: usize) -> TextError {
    let wanted = "%c requires an integer in range(256) or a single byte";
    TextError::type_error(format!("{wanted}, not a {type_name} object of length {length}"))
}

/// `TypeError` of `%b` and `%s` in bytes.
pub fn not_bytes_like(type_name: &str) -> TextError {
    TextError::type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{type_name}'"
    ))
}
