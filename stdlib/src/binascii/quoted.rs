//! Quoted-printable.

use pystm_vm::{
    builtins::{buffer, bytes},
    error::PyResult,
    thread::Thread,
    value::Value,
};

use super::{contiguous, flag};

/// Longest line that the encoder writes.
const MAX_LINE: usize = 76;

pub(super) fn a2b_qp(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::ascii_or_bytes(t, args[0])?;
    let header = flag(t, args[1], false)?;
    let mut out = Vec::with_capacity(data.len());
    let hex = |at: usize| data.get(at).and_then(|&b| char::from(b).to_digit(16));
    let mut i = 0;
    while i < data.len() {
        match data[i] {
            b'=' => {
                i += 1;
                match data.get(i) {
                    None => break,
                    Some(b'\n' | b'\r') => {
                        // A soft line break.
                        while i < data.len() && data[i] != b'\n' {
                            i += 1;
                        }
                        i += 1;
                    }
                    Some(b'=') => {
                        out.push(b'=');
                        i += 1;
                    }
                    Some(_) => match (hex(i), hex(i + 1)) {
                        (Some(high), Some(low)) => {
                            out.push((high << 4 | low) as u8);
                            i += 2;
                        }
                        _ => out.push(b'='),
                    },
                }
            }
            b'_' if header => {
                out.push(b' ');
                i += 1;
            }
            byte => {
                out.push(byte);
                i += 1;
            }
        }
    }
    bytes::new(t, &out)
}

pub(super) fn b2a_qp(t: &mut Thread, args: &[Value]) -> PyResult {
    let quote_tabs = flag(t, args[1], false)?;
    let is_text = flag(t, args[2], true)?;
    let header = flag(t, args[3], false)?;
    let data = contiguous(t, args[0])?;
    let crlf = data.iter().position(|&b| b == b'\n').is_some_and(|i| i > 0 && data[i - 1] == b'\r');
    let mut out: Vec<u8> = Vec::with_capacity(data.len() * 2);
    let mut line = 0;
    let soft_break = |out: &mut Vec<u8>| {
        out.push(b'=');
        if crlf {
            out.push(b'\r');
        }
        out.push(b'\n');
    };
    let mut i = 0;
    while i < data.len() {
        let byte = data[i];
        let next = data.get(i + 1).copied();
        let ends = |at: usize| {
            data.get(at) == Some(&b'\n') || data.get(at) == Some(&b'\r') && data.get(at + 1) == Some(&b'\n')
        };
        let quoted = byte > 126
            || byte == b'='
            || header && byte == b'_'
            || byte == b'.' && line == 0 && (next.is_none() || matches!(next, Some(b'\n' | b'\r' | 0)))
            || !is_text && matches!(byte, b'\r' | b'\n')
            || matches!(byte, b'\t' | b' ') && next.is_none()
            || byte < 33 && !matches!(byte, b'\r' | b'\n' | b'\t' | b' ')
            || byte < 33 && matches!(byte, b'\t' | b' ') && quote_tabs;
        if quoted {
            if line + 3 >= MAX_LINE {
                soft_break(&mut out);
                line = 0;
            }
            out.push(b'=');
            out.extend(format!("{byte:02X}").bytes());
            line += 3;
            i += 1;
            continue;
        }
        if is_text && ends(i) {
            // Whitespace before the end of a line is quoted.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                out.extend(format!("={last:02X}").bytes());
            }
            if crlf {
                out.push(b'\r');
            }
            out.push(b'\n');
            i += if byte == b'\r' { 2 } else { 1 };
            line = 0;
            continue;
        }
        if next.is_some_and(|n| n != b'\n') && line + 1 >= MAX_LINE {
            soft_break(&mut out);
            line = 0;
        }
        line += 1;
        out.push(if header && byte == b' ' { b'_' } else { byte });
        i += 1;
    }
    bytes::new(t, &out)
}
