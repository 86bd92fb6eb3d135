//! Base64.

use pystm_vm::{
    builtins::{buffer, bytes},
    error::PyResult,
    thread::Thread,
    value::Value,
};

use super::{contiguous, error, flag};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Value of each digit, 64 for other bytes.
static VALUES: [u8; 256] = {
    let mut table = [64; 256];
    let mut i = 0;
    while i < 64 {
        table[DIGITS[i] as usize] = i as u8;
        i += 1;
    }
    table
};

pub(super) fn b2a_base64(t: &mut Thread, args: &[Value]) -> PyResult {
    let newline = flag(t, args[1], true)?;
    let data = contiguous(t, args[0])?;
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    for chunk in data.chunks(3) {
        let bits = (chunk[0] as u32) << 16
            | (chunk.get(1).copied().unwrap_or(0) as u32) << 8
            | chunk.get(2).copied().unwrap_or(0) as u32;
        for i in 0..4 {
            out.push(if i <= chunk.len() { DIGITS[(bits >> (18 - 6 * i) & 63) as usize] } else { b'=' });
        }
    }
    if newline {
        out.push(b'\n');
    }
    bytes::new(t, &out)
}

pub(super) fn a2b_base64(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::ascii_or_bytes(t, args[0])?;
    let strict = flag(t, args[1], false)?;
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    if strict && data.first() == Some(&b'=') {
        return Err(error(t, "Leading padding not allowed"));
    }
    let (mut quad, mut left, mut pads) = (0usize, 0u8, 0usize);
    let mut padding_started = false;
    for (i, &byte) in data.iter().enumerate() {
        if byte == b'=' {
            padding_started = true;
            if strict && quad == 0 {
                return Err(error(
                    t,
                    if i == 0 { "Leading padding not allowed" } else { "Excess padding not allowed" },
                ));
            }
            pads += 1;
            if quad >= 2 && quad + pads >= 4 {
                if strict && let Some(&next) = data.get(i + 1) {
                    let message = match next {
                        b'=' => "Excess padding not allowed",
                        _ if VALUES[next as usize] < 64 => "Excess data after padding",
                        _ => "Only base64 data is allowed",
                    };
                    return Err(error(t, message));
                }
                continue;
            }
            if strict && quad == 1 {
                break;
            }
            continue;
        }
        let value = VALUES[byte as usize];
        if value >= 64 {
            if strict {
                return Err(error(t, "Only base64 data is allowed"));
            }
            continue;
        }
        if strict && padding_started {
            return Err(error(
                t,
                if quad + pads == 4 {
                    "Excess data after padding"
                } else {
                    "Discontinuous padding not allowed"
                },
            ));
        }
        pads = 0;
        match quad {
            0 => {
                quad = 1;
                left = value;
            }
            1 => {
                quad = 2;
                out.push(left << 2 | value >> 4);
                left = value & 0x0F;
            }
            2 => {
                quad = 3;
                out.push(left << 4 | value >> 2);
                left = value & 0x03;
            }
            _ => {
                quad = 0;
                out.push(left << 6 | value);
                left = 0;
            }
        }
    }
    if quad == 1 {
        let count = out.len() / 3 * 4 + 1;
        return Err(error(
            t,
            &format!(
                "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
            ),
        ));
    }
    if quad != 0 && quad + pads < 4 {
        return Err(error(t, "Incorrect padding"));
    }
    bytes::new(t, &out)
}
