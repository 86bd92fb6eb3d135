//! Unicode 3.2, as far as it differs from the present version: what `unicodedata.ucd_3_2_0` shows and IDNA needs.

use std::sync::LazyLock;

use super::{NormalForm, decomposition, is_normalized as is_normalized_now, normalize as normalize_now};
use crate::{TextBuf, Units};

/// Properties that were different; the others are the present ones.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The character did not exist: it has no properties at all.
    pub unassigned: bool,
    /// Abbreviation of the general category.
    pub category: Option<&'static str>,
    /// Bidirectional class.
    pub bidirectional: Option<&'static str>,
    /// Abbreviation of the East Asian width.
    pub width: Option<&'static str>,
    /// Whether it is mirrored.
    pub mirrored: Option<bool>,
    /// Decimal value, if it had one.
    pub decimal: Option<Option<u8>>,
    /// Numeric value, if it had one.
    pub numeric: Option<Option<f64>>,
}

/// Ranges of code points in order.
static TABLE: LazyLock<Vec<(u32, u32, Changes)>> = LazyLock::new(|| {
    let lines = include_str!("version_3_2.txt").lines();
    lines.filter(|line| !line.starts_with('#')).map(parse).collect()
});

fn parse(line: &'static str) -> (u32, u32, Changes) {
    let mut words = line.split(' ');
    let mut code_point = || u32::from_str_radix(words.next().unwrap_or_default(), 16).unwrap_or_default();
    let (first, last) = (code_point(), code_point());
    let mut changes = Changes::default();
    for word in words {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        match name {
            "unassigned" => changes.unassigned = true,
            "category" => changes.category = Some(value),
            "bidirectional" => changes.bidirectional = Some(value),
            "width" => changes.width = Some(value),
            "mirrored" => changes.mirrored = Some(value == "1"),
            "decimal" => changes.decimal = Some(value.parse().ok()),
            "numeric" => changes.numeric = Some(value.parse().ok()),
            _ => unreachable!("the table has no other words"),
        }
    }
    (first, last, changes)
}

/// What was different about a character, if anything.
pub fn changes(code_point: u32) -> Option<&'static Changes> {
    let after = TABLE.partition_point(|&(first, ..)| first <= code_point);
    let (_, last, changes) = TABLE.get(after.checked_sub(1)?)?;
    (code_point <= *last).then_some(changes)
}

/// Decompositions that were corrected after 3.2 (Corrigendum 4).
fn before_correction(code_point: u32) -> u32 {
    match code_point {
        0x2F868 => 0x2136A,
        0x2F874 => 0x5F33,
        0x2F91F => 0x43AB,
        0x2F95F => 0x7AAE,
        0x2F9BF => 0x4D57,
        c => c,
    }
}

/// The normal form of the text. Characters that did not exist do not decompose; they compose and are ordered as now.
pub fn normalize(text: Units<'_>, form: NormalForm) -> TextBuf {
    let mut out = TextBuf::new();
    let mut known = TextBuf::new();
    for c in text.iter() {
        if changes(c).is_some_and(|old| old.unassigned) && !decomposition(c).is_empty() {
            out.push_units(normalize_now(known.as_units(), form).as_units());
            known = TextBuf::new();
            out.push(c);
        } else {
            known.push(before_correction(c));
        }
    }
    out.push_units(normalize_now(known.as_units(), form).as_units());
    out
}

/// Whether the text is in the normal form.
pub fn is_normalized(text: Units<'_>, form: NormalForm) -> bool {
    is_normalized_now(text, form) && text.iter().all(|c| before_correction(c) == c)
        || normalize(text, form).as_units().iter().eq(text.iter())
}
