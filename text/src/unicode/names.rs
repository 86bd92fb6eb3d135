//! Character names, for `unicodedata.name`, `unicodedata.lookup` and `"\N{...}"`.

use super::is_assigned;

/// The name of the character; `None` where it has none (controls, surrogates, private use, unassigned).
pub fn character_name(code_point: u32) -> Option<String> {
    if !is_assigned(code_point) {
        return None;
    }
    Some(unicode_names2::name(char::from_u32(code_point)?)?.to_string())
}

/// The code point with this name or name alias, in any letter case.
pub fn lookup_name(name: &str) -> Option<u32> {
    let code_point = unicode_names2::character(name)?.into();
    is_assigned(code_point).then_some(code_point)
}
