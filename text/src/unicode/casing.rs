//! Case mapping: `upper`, `lower`, `title`, `capitalize`, `swapcase`, `casefold`.
//!
//! The standard library's tables are newer than Unicode 16.0; a mapping from or to a code point that 16.0
//! does not assign is taken as none. It has neither titlecase nor case folding: both follow from upper and
//! lower case, with the exceptions listed here.

use std::sync::LazyLock;

use unicode_general_category::GeneralCategory as C;

use super::{general_category, is_assigned, is_lower, is_title, is_upper};
use crate::{TextBuf, Units};

/// Appends the full uppercase mapping of one character.
pub fn upper_char(code_point: u32, out: &mut TextBuf) {
    match CACHE.upper.get(code_point as usize) {
        Some(&mapped) if mapped != NOT_CACHED => out.push(mapped.into()),
        _ => out.extend(upper_mapping(code_point)),
    }
}

/// Appends the full lowercase mapping of one character; a sigma becomes the one inside a word.
pub fn lower_char(code_point: u32, out: &mut TextBuf) {
    match CACHE.lower.get(code_point as usize) {
        Some(&mapped) if mapped != NOT_CACHED => out.push(mapped.into()),
        _ => out.extend(lower_mapping(code_point)),
    }
}

/// The mappings to one character of the scripts that have case in general use: Latin, Greek, Cyrillic,
/// Armenian. The search in the standard library's tables takes ten times as long.
struct Cache {
    upper: Vec<u16>,
    lower: Vec<u16>,
    fold: Vec<u16>,
}

const CACHED: u32 = 0x590;
const NOT_CACHED: u16 = u16::MAX;

static CACHE: LazyLock<Cache> = LazyLock::new(|| {
    fn table<I: Iterator<Item = u32>>(mapping: impl Fn(u32) -> I) -> Vec<u16> {
        let single = |code_point| {
            let mut mapped = mapping(code_point);
            let first = mapped.next().and_then(|first| u16::try_from(first).ok());
            first.filter(|_| mapped.next().is_none()).unwrap_or(NOT_CACHED)
        };
        (0..CACHED).map(single).collect()
    }
    Cache { upper: table(upper_mapping), lower: table(lower_mapping), fold: table(fold_mapping) }
});

fn upper_mapping(code_point: u32) -> impl Iterator<Item = u32> {
    mapping(code_point, char::to_uppercase)
}

fn lower_mapping(code_point: u32) -> impl Iterator<Item = u32> {
    mapping(code_point, char::to_lowercase)
}

/// The standard library's mapping, or the character itself where Unicode 16.0 has none.
fn mapping<I: Iterator<Item = char> + Clone>(
    code_point: u32,
    mapping: impl Fn(char) -> I,
) -> impl Iterator<Item = u32> {
    let mapped = char::from_u32(code_point).map(mapping);
    let mapped = mapped.filter(|mapped| {
        let first = mapped.clone().next().map_or(code_point, u32::from);
        first == code_point || is_assigned(code_point) && is_assigned(first)
    });
    let itself = mapped.is_none().then_some(code_point);
    mapped.into_iter().flatten().map(u32::from).chain(itself)
}

/// Case folding where it is what lowercase makes of uppercase.
fn fold_mapping(code_point: u32) -> impl Iterator<Item = u32> {
    upper_mapping(code_point).flat_map(lower_mapping)
}

/// Appends the full titlecase mapping of one character.
pub fn title_char(code_point: u32, out: &mut TextBuf) {
    match code_point {
        // The digraphs of Croatian: capital, titlecase and small letter in a row.
        0x1C4..=0x1CC => out.push((code_point - 0x1C4) / 3 * 3 + 0x1C5),
        0x1F1..=0x1F3 => out.push(0x1F2),
        // Georgian has capitals for whole words only.
        0x10D0..=0x10FF => out.push(code_point),
        // Greek letters with iota subscript have titlecase forms, or keep the iota below.
        0x1F80..=0x1FAF => out.push(code_point | 8),
        0x1FB3 | 0x1FC3 | 0x1FF3 => out.push(code_point + 9),
        0x1FBC | 0x1FCC | 0x1FFC => out.push(code_point),
        0x1FB2 | 0x1FB4 | 0x1FB7 | 0x1FC2 | 0x1FC4 | 0x1FC7 | 0x1FF2 | 0x1FF4 | 0x1FF7 => {
            let mut mapped = TextBuf::new();
            upper_char(code_point, &mut mapped);
            out.push_units(mapped.as_units().slice(0..mapped.len() - 1));
            out.push(0x345);
        }
        // Ligatures and the sharp s: a capital, then small letters.
        0xDF | 0x587 | 0xFB00..=0xFB06 | 0xFB13..=0xFB17 => {
            let mut mapped = TextBuf::new();
            upper_char(code_point, &mut mapped);
            out.push(mapped.as_units().at(0));
            mapped.as_units().iter().skip(1).for_each(|rest| lower_char(rest, out));
        }
        _ => upper_char(code_point, out),
    }
}

/// Appends the full case folding of one character.
pub fn fold_char(code_point: u32, out: &mut TextBuf) {
    match code_point {
        // Dotless i stays, Cherokee folds to its capitals, the capital sharp s to two letters.
        0x131 | 0x13A0..=0x13F5 => out.push(code_point),
        0x13F8..=0x13FD => out.push(code_point - 8),
        0xAB70..=0xABBF => out.push(code_point - 0xAB70 + 0x13A0),
        0x1E9E => out.push_str("ss"),
        _ => match CACHE.fold.get(code_point as usize) {
            Some(&mapped) if mapped != NOT_CACHED => out.push(mapped.into()),
            _ => out.extend(fold_mapping(code_point)),
        },
    }
}

/// `str.upper`.
pub fn upper(text: Units<'_>) -> TextBuf {
    map_text(text, <[u8]>::to_ascii_uppercase, |_, code_point, out| upper_char(code_point, out))
}

/// `str.lower`, with the final sigma.
pub fn lower(text: Units<'_>) -> TextBuf {
    map_text(text, <[u8]>::to_ascii_lowercase, |index, _, out| lower_at(text, index, out))
}

/// `str.casefold`.
pub fn case_fold(text: Units<'_>) -> TextBuf {
    map_text(text, <[u8]>::to_ascii_lowercase, |_, code_point, out| fold_char(code_point, out))
}

/// `str.swapcase`: uppercase to lowercase and back; the rest stays.
pub fn swap_case(text: Units<'_>) -> TextBuf {
    let swap_ascii = |bytes: &[u8]| {
        let is_letter = |byte: &u8| byte.is_ascii_alphabetic();
        bytes.iter().map(|byte| if is_letter(byte) { byte ^ 0x20 } else { *byte }).collect()
    };
    map_text(text, swap_ascii, |index, code_point, out| {
        if is_upper(code_point) {
            lower_at(text, index, out);
        } else if is_lower(code_point) {
            upper_char(code_point, out);
        } else {
            out.push(code_point);
        }
    })
}

/// `str.capitalize`: the first character in titlecase, the rest in lowercase.
pub fn capitalize(text: Units<'_>) -> TextBuf {
    let mut out = TextBuf::with_capacity(text.len());
    for (index, code_point) in text.iter().enumerate() {
        match index {
            0 => title_char(code_point, &mut out),
            _ => lower_at(text, index, &mut out),
        }
    }
    out
}

/// `str.title`: titlecase after an uncased character, lowercase after a cased one.
pub fn title(text: Units<'_>) -> TextBuf {
    let mut out = TextBuf::with_capacity(text.len());
    let mut previous_is_cased = false;
    for (index, code_point) in text.iter().enumerate() {
        match previous_is_cased {
            true => lower_at(text, index, &mut out),
            false => title_char(code_point, &mut out),
        }
        previous_is_cased = is_cased(code_point);
    }
    out
}

fn map_text(
    text: Units<'_>,
    ascii: impl Fn(&[u8]) -> Vec<u8>,
    map: impl Fn(usize, u32, &mut TextBuf),
) -> TextBuf {
    match text {
        Units::One(bytes) if bytes.is_ascii() => TextBuf::One(ascii(bytes)),
        _ => {
            let mut out = TextBuf::with_capacity(text.len());
            text.iter().enumerate().for_each(|(index, code_point)| map(index, code_point, &mut out));
            out
        }
    }
}

/// Appends the lowercase of the character at `index`; needs the text for the final sigma.
fn lower_at(text: Units<'_>, index: usize, out: &mut TextBuf) {
    match text.at(index) {
        0x3A3 => out.push(if is_final_sigma(text, index) { 0x3C2 } else { 0x3C3 }),
        code_point => lower_char(code_point, out),
    }
}

/// Whether a cased character stands before and none after, case-ignorable ones left aside
/// (SpecialCasing.txt).
fn is_final_sigma(text: Units<'_>, index: usize) -> bool {
    let cased_next = |mut chars: Box<dyn Iterator<Item = u32> + '_>| {
        chars.find(|&code_point| !is_case_ignorable(code_point)).is_some_and(is_cased)
    };
    cased_next(Box::new(text.slice(0..index).iter().rev()))
        && !cased_next(Box::new(text.slice(index + 1..text.len()).iter()))
}

/// The derived property Cased.
fn is_cased(code_point: u32) -> bool {
    is_lower(code_point) || is_upper(code_point) || is_title(code_point)
}

/// The derived property Case_Ignorable: marks, format characters, modifiers and word-internal punctuation.
fn is_case_ignorable(code_point: u32) -> bool {
    use C::{EnclosingMark, Format, ModifierLetter, ModifierSymbol, NonspacingMark};
    matches!(
        code_point,
        0x27 | 0x2E
            | 0x3A
            | 0xB7
            | 0x387
            | 0x55F
            | 0x5F4
            | 0x2018
            | 0x2019
            | 0x2024
            | 0x2027
            | 0xFE13
            | 0xFE52
            | 0xFE55
            | 0xFF07
            | 0xFF0E
            | 0xFF1A
    ) || matches!(
        general_category(code_point),
        EnclosingMark | Format | ModifierLetter | ModifierSymbol | NonspacingMark
    )
}
