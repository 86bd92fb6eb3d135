//! Python's `repr` of constants.

use super::{Dump, Value};
use crate::ast::Constant;

impl Value for Constant {
    fn dump(&self, dump: &mut Dump) {
        let out = &mut dump.out;
        match self {
            Constant::None => out.push_str("None"),
            Constant::True => out.push_str("True"),
            Constant::False => out.push_str("False"),
            Constant::Ellipsis => out.push_str("Ellipsis"),
            Constant::Int(value) => out.push_str(&value.to_string()),
            Constant::Float(value) => float(out, *value, ".0"),
            Constant::Complex(imag) => {
                float(out, *imag, "");
                out.push('j');
            }
            Constant::Str(value) => text(out, value.code_points().map(|point| point.to_u32())),
            Constant::Bytes(value) => bytes(out, value),
        }
    }
}

/// `whole` is what a number without a fraction gets.
fn float(out: &mut String, value: f64, whole: &str) {
    if value.is_infinite() {
        out.push_str("inf");
        return;
    }
    let shortest = format!("{value:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = value.to_string();
        out.push_str(&plain);
        if !plain.contains('.') {
            out.push_str(whole);
        }
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        out.push_str(&format!("{mantissa}e{sign}{:02}", exponent.abs()));
    }
}

/// Single quotes, unless the text has some and no double ones.
fn quote(mut has: impl FnMut(char) -> bool) -> char {
    if has('\'') && !has('"') { '"' } else { '\'' }
}

pub(super) fn text(out: &mut String, codes: impl Iterator<Item = u32> + Clone) {
    let quote = quote(|ch| codes.clone().any(|code| code == u32::from(ch)));
    out.push(quote);
    for code in codes {
        match char::from_u32(code) {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\\') => out.push_str("\\\\"),
            Some(ch) if ch == quote => out.extend(['\\', ch]),
            Some(ch) if is_printable(ch) => out.push(ch),
            _ if code <= 0xff => out.push_str(&format!("\\x{code:02x}")),
            _ if code <= 0xffff => out.push_str(&format!("\\u{code:04x}")),
            _ => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    out.push(quote);
}

fn is_printable(ch: char) -> bool {
    if ch.is_ascii() {
        return !ch.is_ascii_control();
    }
    // Rust escapes the same categories as Python, and combining marks at the start of a text.
    let probe: String = ['a', ch].iter().collect();
    probe.escape_debug().eq(probe.chars())
}

fn bytes(out: &mut String, value: &[u8]) {
    let quote = quote(|ch| value.iter().any(|&byte| char::from(byte) == ch));
    out.push('b');
    out.push(quote);
    for &byte in value {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            _ if char::from(byte) == quote => out.extend(['\\', quote]),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
}
