use std::ops::Range;

use pystm_text::ops::*;
use pystm_text::unicode::{is_line_break, is_space};

use crate::{string, text};

fn parts(source: &str, split: impl Fn(pystm_text::Units<'_>) -> Vec<Range<usize>>) -> Vec<String> {
    let source = text(source);
    let units = source.as_units();
    split(units).into_iter().map(|range| units.slice(range).to_string_lossy()).collect()
}

#[test]
fn split_on_whitespace() {
    assert_eq!(parts("  a b\u{3000} c ", |text| split(text, None, is_space)), ["a", "b", "c"]);
    assert_eq!(parts(" a b  c ", |text| split(text, Some(1), is_space)), ["a", "b  c "]);
    assert_eq!(parts(" a b  c ", |text| right_split(text, Some(1), is_space)), [" a b", "c"]);
}

#[test]
fn split_on_separator() {
    let comma = text(",");
    assert_eq!(parts("a,,b", |text| split_on(text, comma.as_units(), None)), ["a", "", "b"]);
    assert_eq!(parts("a,b,c", |text| split_on(text, comma.as_units(), Some(1))), ["a", "b,c"]);
    assert_eq!(parts("a,b,c", |text| right_split_on(text, comma.as_units(), Some(1))), ["a,b", "c"]);
}

#[test]
fn lines_with_and_without_ends() {
    assert_eq!(
        parts("a\r\nb\u{2028}\nc", |text| split_lines(text, false, is_line_break)),
        ["a", "b", "", "c"]
    );
    assert_eq!(parts("a\r\nb\r", |text| split_lines(text, true, is_line_break)), ["a\r\n", "b\r"]);
}

#[test]
fn partition_finds_first_and_last() {
    let (source, dot) = (text("a.b.c"), text("."));
    assert_eq!(partition(source.as_units(), dot.as_units()), Some(1..2));
    assert_eq!(right_partition(source.as_units(), dot.as_units()), Some(3..4));
}

#[test]
fn strip_sides() {
    let source = text(" a ");
    let strip = |side| strip(source.as_units(), side, is_space);
    assert_eq!([strip(Side::Left), strip(Side::Right), strip(Side::Both)], [1..3, 0..2, 1..2]);
}

#[test]
fn strip_everything() {
    assert!(strip(text("   ").as_units(), Side::Both, is_space).is_empty());
}

#[test]
fn center_puts_the_odd_filler_by_width() {
    let center = |source, width| string(&center(text(source).as_units(), width, '*'.into()));
    assert_eq!([center("a", 4), center("ab", 5)], ["*a**", "**ab*"]);
}

#[test]
fn justify() {
    assert_eq!(string(&left_justify(text("é").as_units(), 3, 'ж'.into())), "éжж");
    assert_eq!(string(&right_justify(text("é").as_units(), 3, 'ж'.into())), "жжé");
}

#[test]
fn zfill_after_the_sign() {
    assert_eq!(string(&zero_fill(text("-5").as_units(), 4)), "-005");
}

#[test]
fn expandtabs_counts_columns_from_line_starts() {
    assert_eq!(string(&expand_tabs(text("a\tb\n\tc").as_units(), 4)), "a   b\n    c");
    assert_eq!(string(&expand_tabs(text("a\tb").as_units(), 0)), "ab");
}

#[test]
fn replace_limited() {
    let replaced = replace(text("aaa").as_units(), text("a").as_units(), text("ж").as_units(), Some(2));
    assert_eq!(replaced.as_ref().map(string).as_deref(), Some("жжa"));
}

#[test]
fn replace_empty() {
    let replaced = replace(text("ab").as_units(), text("").as_units(), text("-").as_units(), None);
    assert_eq!(replaced.as_ref().map(string).as_deref(), Some("-a-b-"));
}

#[test]
fn replace_nothing_found() {
    assert_eq!(replace(text("ab").as_units(), text("c").as_units(), text("-").as_units(), None), None);
}
