use pystm_text::{TextBuf, Units};

use crate::{text, wide};

#[test]
fn starts_in_one_byte() {
    assert!(matches!(text("é").as_units(), Units::One([0xE9])));
}

#[test]
fn widens_to_two_bytes() {
    let mut buf = text("a");
    buf.push(0x400);
    assert!(matches!(buf.as_units(), Units::Two([97, 0x400])));
}

#[test]
fn widens_to_four_bytes() {
    let mut buf = text("a");
    buf.push(0x10000);
    assert!(matches!(buf.as_units(), Units::Four([97, 0x10000])));
}

#[test]
fn wide_units_with_narrow_content_stay_narrow() {
    let mut buf = TextBuf::new();
    buf.push_units(wide(&[97, 98]));
    assert!(matches!(buf, TextBuf::One(_)));
}

#[test]
fn surrogates_are_code_points() {
    let buf: TextBuf = [0xD800, 0xDC00].into_iter().collect();
    assert!(matches!(buf.as_units(), Units::Two([0xD800, 0xDC00])));
}
