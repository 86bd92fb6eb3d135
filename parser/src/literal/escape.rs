//! Backslash escapes in strings and bytes.

use rustpython_wtf8::CodePoint;

use crate::ast::Text;

/// The text of a string literal's body.
///
/// # Errors
/// CPython's message for a bad escape.
pub(crate) fn decode_text(body: &str, text: &mut Text) -> Result<(), String> {
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let start = body.len() - rest.len() + at;
        rest = one_escape(body, start, &rest[at + 1..], text)?;
    }
    text.push_str(rest);
    Ok(())
}

/// Decodes one escape, `tail` being what follows the backslash at `start`; returns what follows the escape.
fn one_escape<'a>(body: &str, start: usize, tail: &'a str, text: &mut Text) -> Result<&'a str, String> {
    let Some(&byte) = tail.as_bytes().first() else {
        text.push_char('\\');
        return Ok(tail);
    };
    let plain = match byte {
        b'\n' => return Ok(&tail[1..]),
        b'\\' | b'\'' | b'"' => char::from(byte),
        b'a' => '\x07',
        b'b' => '\x08',
        b'f' => '\x0c',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'v' => '\x0b',
        b'0'..=b'7' => {
            let length = tail.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            let code = u32::from_str_radix(&tail[..length], 8).unwrap_or(0);
            push_code(text, code);
            return Ok(&tail[length..]);
        }
        b'x' => return hexadecimal(body, start, tail, 2, text),
        b'u' => return hexadecimal(body, start, tail, 4, text),
        b'U' => return hexadecimal(body, start, tail, 8, text),
        b'N' => return named(body, start, tail, text),
        _ => {
            text.push_char('\\');
            return Ok(tail);
        }
    };
    text.push_char(plain);
    Ok(&tail[1..])
}

fn push_code(text: &mut Text, code: u32) -> bool {
    let point = CodePoint::from_u32(code);
    if let Some(point) = point {
        text.push(point);
    }
    point.is_some()
}

fn hexadecimal<'a>(
    body: &str,
    start: usize,
    tail: &'a str,
    length: usize,
    text: &mut Text,
) -> Result<&'a str, String> {
    let digits = tail.bytes().skip(1).take(length).take_while(u8::is_ascii_hexdigit).count();
    let shape = format!("\\{}{}", &tail[..1], "X".repeat(length));
    if digits < length {
        return Err(unicode_error(body, start, digits + 1, &format!("truncated {shape} escape")));
    }
    let code = u32::from_str_radix(&tail[1..=length], 16).unwrap_or(u32::MAX);
    if push_code(text, code) {
        Ok(&tail[length + 1..])
    } else {
        Err(unicode_error(body, start, length + 1, "illegal Unicode character"))
    }
}

fn named<'a>(body: &str, start: usize, tail: &'a str, text: &mut Text) -> Result<&'a str, String> {
    let name = tail[1..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let Some((name, rest)) = name else {
        let length = if tail[1..].starts_with('{') { tail.len() - 1 } else { 0 };
        return Err(unicode_error(body, start, length + 1, "malformed \\N character escape"));
    };
    if name.is_empty() {
        return Err(unicode_error(body, start, 2, "malformed \\N character escape"));
    }
    match unicode_names2::character(name) {
        Some(ch) => {
            text.push_char(ch);
            Ok(rest)
        }
        None => Err(unicode_error(body, start, name.len() + 3, "unknown Unicode character name")),
    }
}

/// CPython's message; positions count in the body with every non-ASCII character written as `\UXXXXXXXX`.
fn unicode_error(body: &str, start: usize, length: usize, reason: &str) -> String {
    let position: usize = body[..start].chars().map(|ch| if ch.is_ascii() { 1 } else { 10 }).sum();
    let end = position + length;
    let place = if end == position {
        format!("byte 0x5c in position {position}")
    } else {
        format!("bytes in position {position}-{end}")
    };
    format!("(unicode error) 'unicodeescape' codec can't decode {place}: {reason}")
}

/// The value of a bytes literal's body.
///
/// # Errors
/// CPython's message for a bad escape.
pub(crate) fn decode_bytes(body: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    let mut index = 0;
    while let Some(&byte) = body.get(index) {
        index += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&escape) = body.get(index) else { break };
        index += 1;
        match escape {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(escape),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let mut code = u32::from(escape - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = body.get(index) else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    index += 1;
                }
                out.push(code as u8);
            }
            b'x' => {
                let digits = body.get(index..index + 2).and_then(|digits| std::str::from_utf8(digits).ok());
                let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
                let Some(code) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
                    return Err(format!("(value error) invalid \\x escape at position {}", index - 2));
                };
                out.push(code);
                index += 2;
            }
            _ => out.extend([b'\\', escape]),
        }
    }
    Ok(())
}
