use pystm_text::number::Int;
use pystm_text::percent::*;

use crate::{outcome, text};

/// The only conversion of a format.
fn conversion(format: &str) -> Conversion {
    match parse_percent(text(format).as_units()).next() {
        Some(Ok(PercentPiece::Conversion(conversion))) => conversion,
        other => panic!("no conversion but {other:?}"),
    }
}

fn int(format: &str, value: i64) -> String {
    percent_int(&Int::Small(value), &conversion(format).resolve(0, 0), 4300).expect("formats")
}

fn error(format: &str) -> String {
    let pieces: Result<Vec<_>, _> = parse_percent(text(format).as_units()).collect();
    pieces.expect_err("malformed").to_string()
}

#[test]
fn int_flags() {
    assert_eq!(
        [int("%+d", 3), int("% d", 3), int("%05d", -3), int("%-5d", 3)],
        ["+3", " 3", "-0003", "3    "]
    );
}

#[test]
fn int_precision_and_prefix() {
    assert_eq!(
        [int("%.3d", -4), int("%#x", 255), int("%#08X", 255), int("%#o", 8)],
        ["-004", "0xff", "0X0000FF", "0o10"]
    );
}

#[test]
fn float_default_precision() {
    let format = |format, value| percent_float(value, &conversion(format).resolve(0, 0)).expect("formats");
    assert_eq!([format("%f", 1.5), format("%G", 1e-10), format("%#.0f", 2.0)], ["1.500000", "1E-10", "2."]);
}

#[test]
fn text_cut_at_precision() {
    let spec = conversion("%5.2s").resolve(0, 0);
    assert_eq!(outcome(percent_text(text("жук").as_units(), &spec)), "   жу");
}

#[test]
fn star_amounts() {
    let spec = conversion("%*.*d").resolve(-4, -1);
    assert_eq!((spec.width, spec.flags.left, spec.precision), (4, true, Some(0)));
}

#[test]
fn key_with_nested_parentheses() {
    assert_eq!(conversion("%(a(b))s").key, Some(2..6));
}

#[test]
fn doubled_percent_is_a_literal() {
    let pieces: Result<Vec<_>, _> = parse_percent(text("a%%").as_units()).collect();
    assert_eq!(pieces, Ok(vec![PercentPiece::Literal(0..1), PercentPiece::Literal(2..3)]));
}

#[test]
fn malformed_formats() {
    assert_eq!(error("%"), "ValueError: incomplete format");
    assert_eq!(error("%(a"), "ValueError: incomplete format key");
    assert_eq!(error("%99999999999999999999d"), "ValueError: width too big");
}

#[test]
fn unsupported_character() {
    let error = messages::unsupported_character(&conversion("%-5é"));
    assert_eq!(error.message, "unsupported format character '?' (0xe9) at index 3");
}
