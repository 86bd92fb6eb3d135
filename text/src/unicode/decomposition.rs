//! The decomposition mapping of a character, one level, as UnicodeData.txt has it.

/// Lines `CODE;MAPPING`, ascending, written by `tools/unicode_tables.py`.
static MAPPINGS: &str = include_str!("../../data/decomposition.txt");

/// What `unicodedata.decomposition` returns: code points in hexadecimal, a tag such as `<font>` before those
/// of a compatibility mapping; empty when there is none. Hangul syllables are computed, in full.
pub fn decomposition(code_point: u32) -> String {
    if let Some(syllable) = code_point.checked_sub(0xAC00).filter(|&syllable| syllable < 11172) {
        let (lead, vowel, trail) = (syllable / 588, syllable % 588 / 28, syllable % 28);
        return match trail {
            0 => format!("{:X} {:X}", 0x1100 + lead, 0x1161 + vowel),
            _ => format!("{:X} {:X} {:X}", 0x1100 + lead, 0x1161 + vowel, 0x11A7 + trail),
        };
    }
    find_line(code_point).unwrap_or_default().to_owned()
}

/// Binary search over the text: a byte position stands for the line that holds it.
fn find_line(code_point: u32) -> Option<&'static str> {
    let (mut low, mut high) = (0, MAPPINGS.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = MAPPINGS[..middle].rfind('\n').map_or(0, |newline| newline + 1);
        let end = start + MAPPINGS[start..].find('\n')?;
        let (key, mapping) = MAPPINGS[start..end].split_once(';')?;
        let key = u32::from_str_radix(key, 16).ok()?;
        match key.cmp(&code_point) {
            std::cmp::Ordering::Equal => return Some(mapping),
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}
