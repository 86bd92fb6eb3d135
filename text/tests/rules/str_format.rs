use pystm_text::Units;
use pystm_text::str_format::*;

use crate::text;

fn error(format: &str) -> String {
    let pieces: Result<Vec<_>, _> = parse_format(text(format).as_units()).collect();
    pieces.expect_err("malformed").message
}

#[test]
fn field_with_all_parts() {
    let pieces: Result<Vec<_>, _> = parse_format(Units::One(b"x{0.a!r:>{w}}")).collect();
    let field = FormatField { name: 2..5, conversion: Some('r'.into()), spec: 8..12, spec_is_nested: true };
    assert_eq!(pieces, Ok(vec![FormatPiece { literal: 0..1, field: Some(field) }]));
}

#[test]
fn doubled_braces() {
    let pieces: Result<Vec<_>, _> = parse_format(Units::One(b"a{{b}}")).collect();
    let literals: Vec<_> = pieces.expect("well-formed").into_iter().map(|piece| piece.literal).collect();
    assert_eq!(literals, [0..2, 3..5]);
}

#[test]
fn bracket_hides_colon() {
    let pieces: Result<Vec<_>, _> = parse_format(Units::One(b"{a[:]}")).collect();
    assert_eq!(pieces.expect("well-formed")[0].field.as_ref().map(|field| field.name.clone()), Some(1..5));
}

#[test]
fn malformed_formats() {
    assert_eq!(error("}"), "Single '}' encountered in format string");
    assert_eq!(error("a{"), "Single '{' encountered in format string");
    assert_eq!(error("{a"), "expected '}' before end of string");
    assert_eq!(error("{a{}"), "unexpected '{' in field name");
    assert_eq!(error("{!"), "end of string while looking for conversion specifier");
    assert_eq!(error("{!rx}"), "expected ':' after conversion specifier");
    assert_eq!(error("{:{}"), "unmatched '{' in format spec");
}

#[test]
fn field_name_steps() {
    let (first, steps) = split_field_name(Units::One(b"0.name[7][key]")).expect("well-formed");
    let steps: Result<Vec<_>, _> = steps.collect();
    assert_eq!(first, FieldKey::Index(0));
    assert_eq!(
        steps,
        Ok(vec![
            FieldStep::Attribute(2..6),
            FieldStep::Item(FieldKey::Index(7)),
            FieldStep::Item(FieldKey::Name(10..13))
        ])
    );
}

#[test]
fn field_name_errors() {
    let error = |name: &[u8]| {
        let (_, mut steps) = split_field_name(Units::One(name)).expect("a first part");
        steps.find_map(Result::err).expect("malformed").message
    };
    assert_eq!(error(b"a."), "Empty attribute in format string");
    assert_eq!(error(b"a[0"), "Missing ']' in format string");
    assert_eq!(error(b"a[0]b"), "Only '.' or '[' may follow ']' in format field specifier");
}

#[test]
fn automatic_numbers_count_up() {
    let mut numbers = AutoNumber::default();
    assert_eq!(numbers.resolve(FieldKey::Name(0..0)), Ok(FieldKey::Index(0)));
    assert_eq!(numbers.resolve(FieldKey::Name(0..1)), Ok(FieldKey::Name(0..1)));
    assert_eq!(numbers.resolve(FieldKey::Name(0..0)), Ok(FieldKey::Index(1)));
}

#[test]
fn numbering_cannot_be_mixed() {
    let mut numbers = AutoNumber::Manual;
    assert_eq!(
        numbers.resolve(FieldKey::Name(0..0)).expect_err("mixed").message,
        "cannot switch from manual field specification to automatic field numbering"
    );
    let mut numbers = AutoNumber::Automatic(1);
    assert_eq!(
        numbers.resolve(FieldKey::Index(0)).expect_err("mixed").message,
        "cannot switch from automatic field numbering to manual field specification"
    );
}
