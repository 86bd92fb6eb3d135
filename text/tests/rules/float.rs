use pystm_text::number::*;

use crate::text;

#[test]
fn repr_switches_to_exponents() {
    assert_eq!(float_repr(1e16), "1e+16");
    assert_eq!(float_repr(1e15), "1000000000000000.0");
    assert_eq!(float_repr(0.0001), "0.0001");
    assert_eq!(float_repr(0.00001), "1e-05");
}

#[test]
fn repr_of_special_values() {
    assert_eq!(
        [-0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN].map(float_repr),
        ["-0.0", "inf", "-inf", "nan"]
    );
    assert_eq!(float_repr(5e-324), "5e-324");
}

#[test]
fn repr_takes_the_even_of_two_shortest() {
    assert_eq!(float_repr(246341809179489.0 + 0.125), "246341809179489.12");
}

#[test]
fn fixed_rounds_half_to_even() {
    let fixed = |value, precision| {
        float_to_text(value, &FloatStyle { precision, ..FloatStyle::new(FloatCode::Fixed) })
    };
    assert_eq!([fixed(0.5, 0), fixed(1.5, 0), fixed(2.5, 0), fixed(0.125, 2)], ["0", "2", "2", "0.12"]);
}

#[test]
fn fixed_has_exact_digits_far_out() {
    let style = FloatStyle { precision: 55, ..FloatStyle::new(FloatCode::Fixed) };
    assert_eq!(float_to_text(0.1, &style), "0.1000000000000000055511151231257827021181583404541015625");
}

#[test]
fn parse_names_and_underscores() {
    let parse = |source: &str| parse_float(text(source).as_units());
    assert_eq!(parse(" -Infinity "), Some(f64::NEG_INFINITY));
    assert_eq!(parse("1_0.5e1_0"), Some(10.5e10));
    assert_eq!(parse("٣.٥"), Some(3.5));
    assert_eq!((parse("1__0"), parse("1_.5"), parse(""), parse("0x1")), (None, None, None, None));
}

#[test]
fn hex_of_normal_and_subnormal() {
    assert_eq!(float_to_hex(1.5), "0x1.8000000000000p+0");
    assert_eq!(float_to_hex(-5e-324), "-0x0.0000000000001p-1022");
    assert_eq!(float_to_hex(-0.0), "-0x0.0p+0");
}

#[test]
fn from_hex_rounds_half_to_even() {
    assert_eq!(float_from_hex(b"0x1.00000000000008p0"), Ok(1.0));
    assert_eq!(float_from_hex(b"0x1.00000000000018p0"), Ok(1.0000000000000004));
}

#[test]
fn from_hex_errors() {
    let message = |source: &[u8]| float_from_hex(source).expect_err("no float").to_string();
    assert_eq!(message(b"0x"), "ValueError: invalid hexadecimal floating-point string");
    assert_eq!(message(b"0x1p1024"), "OverflowError: hexadecimal value too large to represent as a float");
}
