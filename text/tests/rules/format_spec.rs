use pystm_text::format_spec::*;
use pystm_text::number::Int;

use crate::{outcome, text};

fn int(value: i64, spec: &str) -> String {
    outcome(format_int(&Int::Small(value), text(spec).as_units(), "int", 4300))
}

fn float(value: f64, spec: &str) -> String {
    outcome(format_float(value, text(spec).as_units(), "float"))
}

fn complex(real: f64, imaginary: f64, spec: &str) -> String {
    outcome(format_complex(real, imaginary, text(spec).as_units(), "complex"))
}

fn str(value: &str, spec: &str) -> String {
    outcome(format_text(text(value).as_units(), text(spec).as_units(), "str"))
}

#[test]
fn int_radix_with_prefix() {
    assert_eq!([int(-255, "#x"), int(255, "#X"), int(5, "#010b")], ["-0xff", "0XFF", "0b00000101"]);
}

#[test]
fn int_groups() {
    assert_eq!([int(1234567, ","), int(0xABCDEF, "_x")], ["1,234,567", "ab_cdef"]);
}

#[test]
fn int_zero_padding_keeps_groups() {
    assert_eq!([int(1, "04,"), int(1, "05,"), int(-1, "08,")], ["0,001", "0,001", "-000,001"]);
}

#[test]
fn int_as_character() {
    assert_eq!(int(0x416, "*^3c"), "*Ж*");
    assert_eq!(int(-1, "c"), "OverflowError: %c arg not in range(0x110000)");
    assert_eq!(int(65, "+c"), "ValueError: Sign not allowed with integer format specifier 'c'");
}

#[test]
fn int_by_float_type() {
    assert_eq!([int(25, ".1%"), int(3, ".2f")], ["2500.0%", "3.00"]);
}

#[test]
fn int_refuses_precision() {
    assert_eq!(int(1, ".3d"), "ValueError: Precision not allowed in integer format specifier");
}

#[test]
fn float_without_type() {
    assert_eq!([float(1e16, ""), float(3.0, ".3"), float(1234.5, ".2")], ["1e+16", "3.0", "1.2e+03"]);
}

#[test]
fn float_negative_zero_coerced() {
    assert_eq!([float(-0.001, "z.1f"), float(-0.001, ".1f")], ["0.0", "-0.0"]);
}

#[test]
fn float_fraction_groups() {
    assert_eq!(float(1234.56789012, ",.8_f"), "1,234.567_890_12");
}

#[test]
fn float_zero_padded_infinity() {
    assert_eq!(float(f64::NEG_INFINITY, "06"), "-00inf");
}

#[test]
fn float_unknown_code() {
    assert_eq!(float(1.0, "d"), "ValueError: Unknown format code 'd' for object of type 'float'");
    assert_eq!(float(1.0, "é"), "ValueError: Unknown format code '\\xe9' for object of type 'float'");
}

#[test]
fn complex_with_and_without_type() {
    assert_eq!(complex(1.0, -2.0, ">8"), "  (1-2j)");
    assert_eq!(complex(0.0, 2.0, ""), "2j");
    assert_eq!(complex(1.0, 2.0, ".1f"), "1.0+2.0j");
}

#[test]
fn complex_refuses_zero_padding() {
    assert_eq!(
        complex(1.0, 2.0, "08"),
        "ValueError: Zero padding is not allowed in complex format specifier"
    );
}

#[test]
fn str_width_and_precision() {
    assert_eq!([str("abcdef", "ж^6.3"), str("ab", "4"), str("ab", ">4")], ["жabcжж", "ab  ", "  ab"]);
}

#[test]
fn str_refuses_numeric_options() {
    assert_eq!(str("a", "=5"), "ValueError: '=' alignment not allowed in string format specifier");
    assert_eq!(str("a", ","), "ValueError: Cannot specify ',' with 's'.");
}

#[test]
fn spec_errors() {
    assert_eq!(int(1, "1x2"), "ValueError: Invalid format specifier '1x2' for object of type 'int'");
    assert_eq!(int(1, ",_"), "ValueError: Cannot specify both ',' and '_'.");
    assert_eq!(float(1.0, "."), "ValueError: Format specifier missing precision");
    assert_eq!(int(1, "99999999999999999999"), "ValueError: Too many decimal digits in format string");
}
