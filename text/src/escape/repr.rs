//! `repr` of str, bytes and bytearray, and `ascii`.

use crate::codec::backslash_escape;
use crate::unicode::is_printable;
use crate::{TextBuf, Units};

/// `repr(str)`: in single quotes, or in double ones if the text has single quotes and no double ones;
/// unprintable characters escaped.
pub fn text_repr(text: Units<'_>) -> TextBuf {
    quoted(text, is_printable)
}

/// `ascii(str)`: [`text_repr`] with every non-ASCII character escaped.
pub fn ascii_repr(text: Units<'_>) -> TextBuf {
    quoted(text, |code_point| code_point < 0x80 && is_printable(code_point))
}

fn quoted(text: Units<'_>, is_shown: impl Fn(u32) -> bool) -> TextBuf {
    let has = |quote: u8| text.find(Units::One(&[quote])).is_some();
    let quote = u32::from(choose_quote(has(b'\''), has(b'"')));
    let mut out = TextBuf::with_capacity(text.len() + 2);
    out.push(quote);
    let is_plain = |code_point: u32| code_point != quote && code_point != '\\' as u32 && is_shown(code_point);
    let mut position = 0;
    while position < text.len() {
        let rest = text.slice(position..text.len());
        let plain = rest.position(|code_point| !is_plain(code_point)).unwrap_or(rest.len());
        out.push_units(rest.slice(0..plain));
        position += plain;
        if let Some(code_point) = text.get(position) {
            push_text_escape(code_point, &mut out);
            position += 1;
        }
    }
    out.push(quote);
    out
}

fn push_text_escape(code_point: u32, out: &mut TextBuf) {
    match char::from_u32(code_point) {
        Some('\t') => out.push_str("\\t"),
        Some('\n') => out.push_str("\\n"),
        Some('\r') => out.push_str("\\r"),
        Some('\\' | '\'' | '"') => out.extend(['\\' as u32, code_point]),
        _ => out.push_str(&backslash_escape(code_point)),
    }
}

/// `repr(bytes)`; that of a bytearray is `bytearray(` before and `)` after it.
pub fn bytes_repr(bytes: &[u8]) -> String {
    let quote = choose_quote(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(quote.into());
    bytes.iter().for_each(|&byte| push_escaped(byte, quote, &mut out));
    out.push(quote.into());
    out
}

fn choose_quote(has_single: bool, has_double: bool) -> u8 {
    if has_single && !has_double { b'"' } else { b'\'' }
}

/// Appends one byte as in a bytes literal within these quotes.
pub(super) fn push_escaped(byte: u8, quote: u8, out: &mut String) {
    match byte {
        b'\\' => out.push_str("\\\\"),
        b'\t' => out.push_str("\\t"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        _ if byte == quote => {
            out.push('\\');
            out.push(quote.into());
        }
        b' '..=b'~' => out.push(byte.into()),
        _ => out.push_str(&backslash_escape(byte.into())),
    }
}
