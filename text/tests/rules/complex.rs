use pystm_text::number::*;

use crate::text;

fn parse(source: &str) -> Option<(f64, f64)> {
    parse_complex(text(source).as_units())
}

#[test]
fn repr_leaves_out_positive_zero() {
    assert_eq!(complex_repr(0.0, 1.0), "1j");
    assert_eq!(complex_repr(-0.0, 1.0), "(-0+1j)");
    assert_eq!(complex_repr(1.5, -2.0), "(1.5-2j)");
}

#[test]
fn parse_all_forms() {
    assert_eq!(parse("1.5"), Some((1.5, 0.0)));
    assert_eq!(parse("2J"), Some((0.0, 2.0)));
    assert_eq!(parse(" ( 1-2j ) "), Some((1.0, -2.0)));
    assert_eq!(
        (parse("j"), parse("-j"), parse("1+j")),
        (Some((0.0, 1.0)), Some((0.0, -1.0)), Some((1.0, 1.0)))
    );
}

#[test]
fn parse_malformed() {
    assert_eq!((parse("1 + 2j"), parse("(1"), parse("1j+2"), parse("")), (None, None, None, None));
}
