//! Lines of uuencoded data.

use pystm_vm::{
    builtins::{buffer, bytes},
    error::PyResult,
    thread::Thread,
    value::Value,
};

use super::{contiguous, error, flag};

pub(super) fn a2b_uu(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::ascii_or_bytes(t, args[0])?;
    let Some((&first, rest)) = data.split_first() else {
        return Err(error(t, "Missing length byte"));
    };
    let wanted = (first.wrapping_sub(b' ') & 0x3F) as usize;
    let mut out = Vec::with_capacity(wanted);
    let (mut bits, mut count) = (0u32, 0);
    let mut at = 0;
    while out.len() < wanted {
        let c = rest.get(at).copied().unwrap_or(0);
        // The end of the line, and missing bytes, stand for zeros.
        let value = if at >= rest.len() || matches!(c, b'\n' | b'\r') {
            0
        } else if !(b' '..=b' ' + 64).contains(&c) {
            return Err(error(t, "Illegal char"));
        } else {
            (c - b' ') & 0x3F
        };
        at += 1;
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    for &c in rest.get(at..).unwrap_or_default() {
        if !matches!(c, b' ' | b'`' | b'\n' | b'\r') {
            return Err(error(t, "Trailing garbage"));
        }
    }
    bytes::new(t, &out)
}

pub(super) fn b2a_uu(t: &mut Thread, args: &[Value]) -> PyResult {
    let backtick = flag(t, args[1], false)?;
    let data = contiguous(t, args[0])?;
    if data.len() > 45 {
        return Err(error(t, "At most 45 bytes at once"));
    }
    let digit = |value: u32| if value == 0 && backtick { b'`' } else { value as u8 + b' ' };
    let mut out = vec![digit(data.len() as u32)];
    for chunk in data.chunks(3) {
        let bits = (chunk[0] as u32) << 16
            | (chunk.get(1).copied().unwrap_or(0) as u32) << 8
            | chunk.get(2).copied().unwrap_or(0) as u32;
        out.extend((0..4).map(|i| digit(bits >> (18 - 6 * i) & 63)));
    }
    out.push(b'\n');
    bytes::new(t, &out)
}
