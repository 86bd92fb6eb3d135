use pystm_text::Units;
use pystm_text::number::*;

use crate::text;

fn parse(source: &str, base: u32) -> Option<i64> {
    match parse_int(text(source).as_units(), base, 4300) {
        Ok(Int::Small(value)) => Some(value),
        _ => None,
    }
}

#[test]
fn parse_whitespace_and_sign() {
    assert_eq!(parse(" \n-42\u{3000}", 10), Some(-42));
    assert_eq!(parse("- 42", 10), None);
}

#[test]
fn parse_underscores_between_digits() {
    assert_eq!(parse("1_000", 10), Some(1000));
    assert_eq!(parse("0x_ff", 16), Some(255));
    assert_eq!((parse("_1", 10), parse("1_", 10), parse("1__0", 10)), (None, None, None));
}

#[test]
fn parse_base_zero() {
    assert_eq!((parse("0x1f", 0), parse("0b11", 0), parse("0o17", 0)), (Some(31), Some(3), Some(15)));
    assert_eq!((parse("00", 0), parse("010", 0)), (Some(0), None));
}

#[test]
fn parse_prefix_that_is_digits_of_the_base() {
    assert_eq!(parse("0b1", 16), Some(0xB1));
    assert_eq!(parse("0x1", 10), None);
}

#[test]
fn parse_digits_of_other_scripts() {
    assert_eq!(parse("١٢٣", 10), Some(123));
}

#[test]
fn parse_smallest_machine_integer() {
    assert_eq!(parse("-9223372036854775808", 10), Some(i64::MIN));
}

#[test]
fn parse_long_decimal() {
    let source = "123456789".repeat(400);
    let Ok(value) = parse_int_ascii(source.as_bytes(), 10, 0) else { panic!("valid digits") };
    assert_eq!(int_to_text(&value, 0).as_deref(), Ok(&*source));
}

#[test]
fn parse_beyond_the_digit_limit() {
    let Err(IntParseError::TooManyDigits(error)) = parse_int_ascii(&[b'1'; 5000], 10, 4300) else {
        panic!("the limit holds")
    };
    assert_eq!(
        error.to_string(),
        "Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    );
}

#[test]
fn parse_powers_of_two_know_no_limit() {
    assert!(parse_int(Units::One(&[b'1'; 5000]), 16, 4300).is_ok());
}

#[test]
fn print_beyond_the_digit_limit() {
    let value = parse_int_ascii(&[b'1'; 5000], 10, 0).expect("valid digits");
    assert_eq!(
        int_to_text(&value, 4300).expect_err("the limit holds").to_string(),
        "Exceeds the limit (4300 digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    );
}

#[test]
fn radix_prefix_follows_the_sign() {
    assert_eq!(int_to_radix(&Int::Small(-255), Radix::Hexadecimal, true), "-0xff");
    assert_eq!(int_to_radix(&Int::Small(5), Radix::Binary, true), "0b101");
}
