//! Character names, for `unicodedata.name`, `unicodedata.lookup` and `"\N{...}"`.

use super::is_assigned;

/// The name of the character; `None` where it has none (controls, surrogates, private use, unassigned).
pub fn character_name(code_point: u32) -> Option<String> {
    if !is_assigned(code_point) {
        return None;
    }
    Some(unicode_names2::name(char::from_u32(code_point)?)?.to_string())
}

/// The code point with this name or name alias, in any letter case. Named sequences are not known.
pub fn lookup_name(name: &str) -> Option<u32> {
    let code_point = match unicode_names2::character(name) {
        // The names of ideographs have no leading zeros.
        Some(c)
            if name.contains("-0") && !unicode_names2::name(c)?.to_string().eq_ignore_ascii_case(name) =>
        {
            return None;
        }
        Some(c) => c.into(),
        None => tangut_ideograph(name)?,
    };
    is_assigned(code_point).then_some(code_point)
}

/// CPython finds Tangut ideographs by name, though its `unicodedata.name` has none for them.
fn tangut_ideograph(name: &str) -> Option<u32> {
    const PREFIX: &str = "TANGUT IDEOGRAPH-";
    let (prefix, digits) = name.split_at_checked(PREFIX.len())?;
    let code_point = u32::from_str_radix(digits, 16).ok()?;
    let is_tangut = matches!(code_point, 0x17000..0x18800 | 0x18D00..0x18D80);
    (prefix.eq_ignore_ascii_case(PREFIX) && digits.len() == 5 && is_tangut).then_some(code_point)
}
