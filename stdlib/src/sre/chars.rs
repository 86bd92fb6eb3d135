//! Characters: sets, categories, and case.

use pystm_text::{TextBuf, unicode};

use super::opcodes::*;

/// `\n`, which is what `.`, `^` and `$` go by.
#[inline(always)]
pub(super) fn linebreak(c: u32) -> bool {
    c == 10
}

fn ascii(c: u32) -> Option<u8> {
    u8::try_from(c).ok().filter(u8::is_ascii)
}

/// A word character of ASCII.
pub(super) fn word(c: u32) -> bool {
    ascii(c).is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A word character of the locale.
pub(super) fn word_locale(c: u32) -> bool {
    unsafe extern "C" {
        safe fn isalnum(c: i32) -> i32;
    }
    c < 256 && isalnum(c as i32) != 0 || c == b'_' as u32
}

/// A word character of Unicode.
pub(super) fn word_unicode(c: u32) -> bool {
    match ascii(c) {
        Some(b) => b.is_ascii_alphanumeric() || b == b'_',
        None => unicode::is_alnum(c),
    }
}

/// Lower case of ASCII letters.
pub(super) fn lower_ascii(c: u32) -> u32 {
    ascii(c).map_or(c, |b| b.to_ascii_lowercase() as u32)
}

/// Lower case in the locale.
pub(super) fn lower_locale(c: u32) -> u32 {
    unsafe extern "C" {
        safe fn tolower(c: i32) -> i32;
    }
    if c < 256 { tolower(c as i32) as u32 } else { c }
}

/// Upper case in the locale.
pub(super) fn upper_locale(c: u32) -> u32 {
    unsafe extern "C" {
        safe fn toupper(c: i32) -> i32;
    }
    if c < 256 { toupper(c as i32) as u32 } else { c }
}

/// Lower case; of several letters the first, as CPython has it.
pub(super) fn lower_unicode(c: u32) -> u32 {
    if let Some(b) = ascii(c) {
        return b.to_ascii_lowercase() as u32;
    }
    let mut out = TextBuf::new();
    unicode::lower_char(c, &mut out);
    out.as_units().get(0).unwrap_or(c)
}

/// Upper case; of several letters the first, as CPython has it.
pub(super) fn upper_unicode(c: u32) -> u32 {
    if let Some(b) = ascii(c) {
        return b.to_ascii_uppercase() as u32;
    }
    let mut out = TextBuf::new();
    unicode::upper_char(c, &mut out);
    out.as_units().get(0).unwrap_or(c)
}

fn category(which: u32, c: u32) -> bool {
    let digit = |c| ascii(c).is_some_and(|b| b.is_ascii_digit());
    let space = |c: u32| matches!(c, 9..=13 | 32);
    let space_unicode = |c: u32| if c < 128 { matches!(c, 9..=13 | 28..=32) } else { unicode::is_space(c) };
    let digit_unicode = |c: u32| if c < 128 { digit(c) } else { unicode::is_decimal(c) };
    match which {
        CATEGORY_DIGIT => digit(c),
        CATEGORY_NOT_DIGIT => !digit(c),
        CATEGORY_SPACE => space(c),
        CATEGORY_NOT_SPACE => !space(c),
        CATEGORY_WORD => word(c),
        CATEGORY_NOT_WORD => !word(c),
        CATEGORY_LINEBREAK => linebreak(c),
        CATEGORY_NOT_LINEBREAK => !linebreak(c),
        CATEGORY_LOC_WORD => word_locale(c),
        CATEGORY_LOC_NOT_WORD => !word_locale(c),
        CATEGORY_UNI_DIGIT => digit_unicode(c),
        CATEGORY_UNI_NOT_DIGIT => !digit_unicode(c),
        CATEGORY_UNI_SPACE => space_unicode(c),
        CATEGORY_UNI_NOT_SPACE => !space_unicode(c),
        CATEGORY_UNI_WORD => word_unicode(c),
        CATEGORY_UNI_NOT_WORD => !word_unicode(c),
        CATEGORY_UNI_LINEBREAK => unicode::is_line_break(c),
        CATEGORY_UNI_NOT_LINEBREAK => !unicode::is_line_break(c),
        _ => false,
    }
}

/// Whether a character is in the set whose code starts at `ip`.
pub(super) fn in_set(codes: &[u32], mut ip: usize, c: u32) -> bool {
    let mut found = true;
    let bit = |word: u32| word >> (c & 31) & 1 != 0;
    loop {
        let op = codes[ip];
        ip += 1;
        match op {
            LITERAL => {
                if c == codes[ip] {
                    return found;
                }
                ip += 1;
            }
            RANGE => {
                if (codes[ip]..=codes[ip + 1]).contains(&c) {
                    return found;
                }
                ip += 2;
            }
            CATEGORY => {
                if category(codes[ip], c) {
                    return found;
                }
                ip += 1;
            }
            CHARSET => {
                if c < 256 && bit(codes[ip + (c >> 5) as usize]) {
                    return found;
                }
                ip += 8;
            }
            BIGCHARSET => {
                let blocks = codes[ip] as usize;
                ip += 1;
                if c < 65536 {
                    let high = (c >> 8) as usize;
                    let block = codes[ip + high / 4].to_ne_bytes()[high % 4] as usize;
                    if bit(codes[ip + 64 + block * 8 + ((c & 255) >> 5) as usize]) {
                        return found;
                    }
                }
                ip += 64 + blocks * 8;
            }
            RANGE_UNI_IGNORE => {
                let range = codes[ip]..=codes[ip + 1];
                if range.contains(&c) || range.contains(&upper_unicode(c)) {
                    return found;
                }
                ip += 2;
            }
            NEGATE => found = !found,
            // The end, FAILURE.
            _ => return !found,
        }
    }
}

/// Whether the operation matches exactly one character, by itself alone.
pub(super) fn is_single(op: u32) -> bool {
    matches!(
        op,
        ANY | ANY_ALL
            | CATEGORY
            | IN
            | LITERAL
            | NOT_LITERAL
            | IN_IGNORE
            | LITERAL_IGNORE
            | NOT_LITERAL_IGNORE
            | IN_LOC_IGNORE
            | LITERAL_LOC_IGNORE
            | NOT_LITERAL_LOC_IGNORE
            | IN_UNI_IGNORE
            | LITERAL_UNI_IGNORE
            | NOT_LITERAL_UNI_IGNORE
    )
}

/// Whether a character matches the operation at `ip`, one of those that match one character.
pub(super) fn matches_one(codes: &[u32], ip: usize, c: u32) -> bool {
    let locale = |literal: u32| c == literal || lower_locale(c) == literal || upper_locale(c) == literal;
    match codes[ip] {
        ANY => !linebreak(c),
        ANY_ALL => true,
        CATEGORY => category(codes[ip + 1], c),
        IN => in_set(codes, ip + 2, c),
        LITERAL => c == codes[ip + 1],
        NOT_LITERAL => c != codes[ip + 1],
        IN_IGNORE => in_set(codes, ip + 2, lower_ascii(c)),
        LITERAL_IGNORE => lower_ascii(c) == codes[ip + 1],
        NOT_LITERAL_IGNORE => lower_ascii(c) != codes[ip + 1],
        IN_UNI_IGNORE => in_set(codes, ip + 2, lower_unicode(c)),
        LITERAL_UNI_IGNORE => lower_unicode(c) == codes[ip + 1],
        NOT_LITERAL_UNI_IGNORE => lower_unicode(c) != codes[ip + 1],
        IN_LOC_IGNORE => {
            let (low, up) = (lower_locale(c), upper_locale(c));
            let set = ip + 2;
            match codes[set] {
                // A negated set has what neither case is excluded from.
                NEGATE => in_set(codes, set, low) && in_set(codes, set, up),
                _ => in_set(codes, set, low) || up != low && in_set(codes, set, up),
            }
        }
        LITERAL_LOC_IGNORE => locale(codes[ip + 1]),
        NOT_LITERAL_LOC_IGNORE => !locale(codes[ip + 1]),
        _ => false,
    }
}
