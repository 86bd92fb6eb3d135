use std::cmp::Ordering;

use pystm_text::Units;

use crate::{text, wide};

#[test]
fn equal_across_widths() {
    assert_eq!(Units::One(b"ab"), Units::Two(&[97, 98]));
    assert_eq!(Units::Two(&[97, 98]), wide(&[97, 98]));
}

#[test]
fn order_goes_by_code_points() {
    assert_eq!(Units::One(b"b").cmp(&Units::Two(&[97, 0x400])), Ordering::Greater);
    assert_eq!(Units::Two(&[0xFFFF]).cmp(&wide(&[0x10000])), Ordering::Less);
}

#[test]
fn find_in_latin1() {
    assert_eq!(Units::One(b"hello").find(Units::One(b"l")), Some(2));
    assert_eq!(Units::One(b"hello").rfind(Units::One(b"l")), Some(3));
}

#[test]
fn find_needle_wider_than_text() {
    assert_eq!(Units::One(b"hello").find(Units::Two(&[0x400])), None);
    assert_eq!(Units::One(b"hello").find(Units::Two(&[b'l'.into()])), Some(2));
}

#[test]
fn find_in_two_bytes() {
    let hay = text("жили-были дед да баба");
    assert_eq!(hay.as_units().find(text("да").as_units()), Some(14));
    assert_eq!(hay.as_units().rfind(text("ба").as_units()), Some(19));
    assert_eq!(hay.as_units().find(text("дак").as_units()), None);
}

#[test]
fn find_empty_needle() {
    assert_eq!(Units::One(b"ab").find(Units::One(b"")), Some(0));
    assert_eq!(Units::Two(&[1, 2]).rfind(Units::One(b"")), Some(2));
}

#[test]
fn count_does_not_overlap() {
    assert_eq!(Units::One(b"aaaaa").count(Units::One(b"aa")), 2);
    assert_eq!(text("жжжжж").as_units().count(text("жж").as_units()), 2);
}

#[test]
fn count_empty_needle() {
    assert_eq!(Units::One(b"abc").count(Units::One(b"")), 4);
}

#[test]
fn to_string_stops_at_surrogate() {
    assert_eq!(Units::Two(&[97, 0xD800]).to_string_checked(), Err(1));
    assert_eq!(Units::Two(&[97, 0xD800]).to_string_lossy(), "a\u{FFFD}");
}
