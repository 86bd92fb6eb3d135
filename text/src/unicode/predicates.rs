//! The `is...` predicates of `str`, on a code point and on whole texts.

use unicode_general_category::GeneralCategory as C;

use super::{decimal_value, digit_value, general_category, numeric_value};
use crate::Units;

/// Whether the text is not empty and `predicate` holds for all its code points: the rule of `isalpha`,
/// `isdigit`, `isdecimal`, `isnumeric`, `isalnum` and `isspace`.
pub fn all_chars(text: Units<'_>, predicate: impl Fn(u32) -> bool) -> bool {
    !text.is_empty() && text.position(|code_point| !predicate(code_point)).is_none()
}

/// Whether the character is a letter of any kind.
pub fn is_alpha(code_point: u32) -> bool {
    if code_point < 0x80 {
        return (code_point as u8).is_ascii_alphabetic();
    }
    use C::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    matches!(
        general_category(code_point),
        UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter
    )
}

/// Whether the character is a decimal digit.
pub fn is_decimal(code_point: u32) -> bool {
    decimal_value(code_point).is_some()
}

/// Whether the character is a digit.
pub fn is_digit(code_point: u32) -> bool {
    digit_value(code_point).is_some()
}

/// Whether the character has a numeric value.
pub fn is_numeric(code_point: u32) -> bool {
    numeric_value(code_point).is_some()
}

/// Whether the character is a letter or has a numeric value.
pub fn is_alnum(code_point: u32) -> bool {
    is_alpha(code_point) || is_numeric(code_point)
}

/// Bit `c` is set if the ASCII character `c` is whitespace.
const ASCII_SPACES: u128 = 0x1_f000_3e00;

/// Whether the character is whitespace for `str.isspace`, `str.split` and `str.strip`.
pub fn is_space(code_point: u32) -> bool {
    if code_point < 0x80 {
        return ASCII_SPACES >> code_point & 1 == 1;
    }
    matches!(code_point, 0x85 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000)
}

/// Whether the character ends a line for `str.splitlines` (`"\r\n"` is one end).
pub fn is_line_break(code_point: u32) -> bool {
    match code_point {
        0x20..0x7F => false,
        _ => matches!(code_point, 0x0A..=0x0D | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029),
    }
}

/// Whether the character has the derived property Uppercase.
pub fn is_upper(code_point: u32) -> bool {
    has_case(code_point, char::is_uppercase, C::UppercaseLetter)
}

/// Whether the character has the derived property Lowercase.
pub fn is_lower(code_point: u32) -> bool {
    has_case(code_point, char::is_lowercase, C::LowercaseLetter)
}

/// The derived properties contain the category; the newer standard library has moved U+0295 out of it.
fn has_case(code_point: u32, property: impl Fn(char) -> bool, letter: C) -> bool {
    let Some(c) = char::from_u32(code_point) else { return false };
    if c.is_ascii() {
        return property(c);
    }
    let category = general_category(code_point);
    category == letter || property(c) && category != C::Unassigned
}

/// Whether the character is a titlecase letter, such as U+01C5.
pub fn is_title(code_point: u32) -> bool {
    code_point >= 0x80 && general_category(code_point) == C::TitlecaseLetter
}

/// `str.isupper`: at least one uppercase character, none that is lowercase or titlecase.
pub fn is_upper_text(text: Units<'_>) -> bool {
    let mut cased = false;
    for code_point in text.iter() {
        if is_lower(code_point) || is_title(code_point) {
            return false;
        }
        cased = cased || is_upper(code_point);
    }
    cased
}

/// `str.islower`: at least one lowercase character, none that is uppercase or titlecase.
pub fn is_lower_text(text: Units<'_>) -> bool {
    let mut cased = false;
    for code_point in text.iter() {
        if is_upper(code_point) || is_title(code_point) {
            return false;
        }
        cased = cased || is_lower(code_point);
    }
    cased
}

/// `str.istitle`: uppercase follows only uncased characters, lowercase only cased ones, and there is one
/// cased.
pub fn is_title_text(text: Units<'_>) -> bool {
    let mut cased = false;
    let mut previous_is_cased = false;
    for code_point in text.iter() {
        if is_upper(code_point) || is_title(code_point) {
            if previous_is_cased {
                return false;
            }
            previous_is_cased = true;
            cased = true;
        } else if is_lower(code_point) {
            if !previous_is_cased {
                return false;
            }
            cased = true;
        } else {
            previous_is_cased = false;
        }
    }
    cased
}

/// Whether `repr` shows the character as it is: no control, format, surrogate, private, unassigned or
/// separator character, the space excepted.
pub fn is_printable(code_point: u32) -> bool {
    if code_point < 0x7F {
        return code_point >= 0x20;
    }
    use C::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, SpaceSeparator, Surrogate, Unassigned,
    };
    !matches!(
        general_category(code_point),
        Control
            | Format
            | Surrogate
            | PrivateUse
            | Unassigned
            | LineSeparator
            | ParagraphSeparator
            | SpaceSeparator
    )
}

/// `str.isidentifier`: XID_Start or `_`, then XID_Continue; false for empty text.
pub fn is_identifier(text: Units<'_>) -> bool {
    let mut chars = text.iter();
    let starts = |code_point| code_point == '_' as u32 || xid(code_point, unicode_ident::is_xid_start);
    chars.next().is_some_and(starts)
        && chars.all(|code_point| xid(code_point, unicode_ident::is_xid_continue))
}

fn xid(code_point: u32, property: impl Fn(char) -> bool) -> bool {
    char::from_u32(code_point).is_some_and(property) && super::is_assigned(code_point)
}
