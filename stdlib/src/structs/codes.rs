//! Values to bytes and back, code by code.

use pystm_vm::{
    builtins::{
        bytes, complex, float, int,
        memoryview::{f64_to_half, half_to_f64},
        tuple,
    },
    error::{Exc, PyResult},
    protocol::{number, truth},
    thread::Thread,
    value::Value,
};

use super::{
    error,
    layout::{Item, Layout},
};

/// The bytes of the values; their number is right.
pub(super) fn pack(t: &mut Thread, layout: &Layout, values: &[Value]) -> PyResult<Vec<u8>> {
    let mut out = vec![0; layout.size];
    let mut next = values.iter();
    for item in &layout.items {
        for i in 0..item.repeat {
            let Some(&value) = next.next() else { break };
            let at = item.offset + i * item.size;
            pack_item(t, item, value, layout.big, &mut out[at..at + item.size])?;
        }
    }
    Ok(out)
}

fn put(out: &mut [u8], little: &[u8], big: bool) {
    for (i, &byte) in little.iter().enumerate() {
        let at = if big { little.len() - 1 - i } else { i };
        out[at] = byte;
    }
}

fn pack_item(t: &mut Thread, item: &Item, value: Value, big: bool, out: &mut [u8]) -> PyResult<()> {
    match item.code {
        b'?' => out[0] = truth::is_true(t, value)? as u8,
        b'c' => match value.as_bytes() {
            Some(b) if b.len() == 1 => out[0] = b.as_slice()[0],
            _ => return Err(error(t, "char format requires a bytes object of length 1")),
        },
        b's' | b'p' => {
            let Some(view) = pystm_vm::builtins::buffer::direct(value) else {
                let code = item.code as char;
                return Err(error(t, &format!("argument for '{code}' must be a bytes object")));
            };
            if item.code == b's' {
                let n = view.len().min(out.len());
                out[..n].copy_from_slice(&view[..n]);
            } else if !out.is_empty() {
                let n = view.len().min(out.len() - 1);
                out[1..=n].copy_from_slice(&view[..n]);
                out[0] = n.min(255) as u8;
            }
        }
        b'e' | b'f' | b'd' => {
            let x = real(t, value, "a float")?;
            match item.code {
                b'd' => put(out, &x.to_le_bytes(), big),
                b'f' => {
                    let narrow = single(t, x)?;
                    put(out, &narrow.to_le_bytes(), big);
                }
                _ => match f64_to_half(x) {
                    Some(bits) => put(out, &bits.to_le_bytes(), big),
                    None => return Err(t.overflow_error("float too large to pack with e format")),
                },
            }
        }
        b'F' | b'D' => {
            let (re, im) = match complex::to_complex(t, value) {
                Ok(parts) => parts,
                Err(raised) => {
                    t.catch(raised, Exc::TypeError)?;
                    return Err(error(t, "required argument is not a complex"));
                }
            };
            let half = item.size / 2;
            for (i, x) in [re, im].into_iter().enumerate() {
                let out = &mut out[i * half..(i + 1) * half];
                if item.code == b'D' {
                    put(out, &x.to_le_bytes(), big);
                } else {
                    let narrow = single(t, x)?;
                    put(out, &narrow.to_le_bytes(), big);
                }
            }
        }
        code => {
            let wide = integer(t, item, code, value)?;
            put(out, &wide.to_le_bytes()[..item.size], big);
        }
    }
    Ok(())
}

fn real(t: &mut Thread, value: Value, what: &str) -> PyResult<f64> {
    match float::to_f64(t, value) {
        Ok(x) => Ok(x),
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            Err(error(t, &format!("required argument is not {what}")))
        }
    }
}

fn single(t: &mut Thread, x: f64) -> PyResult<f32> {
    let narrow = x as f32;
    if narrow.is_infinite() && x.is_finite() {
        return Err(t.overflow_error("float too large to pack with f format"));
    }
    Ok(narrow)
}

/// The low 64 bits of an int that is in the code's range.
fn integer(t: &mut Thread, item: &Item, code: u8, value: Value) -> PyResult<u64> {
    let n = match number::index(t, value) {
        Ok(n) => n,
        Err(raised) if int::as_int(value).is_none() && !pystm_vm::builtins::bounds::is_index(t, value) => {
            t.catch(raised, Exc::TypeError)?;
            return Err(error(t, "required argument is not an integer"));
        }
        Err(raised) => return Err(raised),
    };
    let wide = match n.as_small() {
        Some(n) => Some(n as i128),
        None => i128::try_from(&int::to_bigint(n)).ok(),
    };
    let bits = 8 * item.size as u32;
    let signed = matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
    let (low, high) = match code {
        b'P' => (-(1i128 << 63), (1i128 << 64) - 1),
        _ if signed => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        _ => (0, (1i128 << bits) - 1),
    };
    match wide.filter(|n| (low..=high).contains(n)) {
        Some(n) => Ok(n as u64),
        None if code == b'P' => Err(error(t, "int too large to convert")),
        None => {
            let code = code as char;
            Err(error(t, &format!("'{code}' format requires {low} <= number <= {high}")))
        }
    }
}

/// The values in some bytes, a tuple.
pub(super) fn unpack(t: &mut Thread, layout: &Layout, data: &[u8]) -> PyResult {
    let mut values = t.vec();
    values.reserve(layout.values);
    for item in &layout.items {
        for i in 0..item.repeat {
            let at = item.offset + i * item.size;
            let value = unpack_item(t, item, &data[at..at + item.size], layout.big)?;
            values.push(value);
        }
    }
    tuple::new(t, &values)
}

/// Up to eight bytes as a number.
fn number_of(bytes: &[u8], big: bool) -> u64 {
    let mut wide = [0; 8];
    put(&mut wide[..bytes.len()], bytes, big);
    u64::from_le_bytes(wide)
}

fn unpack_item(t: &mut Thread, item: &Item, bytes: &[u8], big: bool) -> PyResult {
    Ok(match item.code {
        b'?' => Value::bool(bytes[0] != 0),
        b'c' | b's' => return bytes::new(t, bytes),
        b'p' => {
            let n = bytes.first().map_or(0, |&n| (n as usize).min(bytes.len() - 1));
            return bytes::new(t, bytes.get(1..1 + n).unwrap_or_default());
        }
        b'e' => float::new(t, half_to_f64(number_of(bytes, big) as u16)),
        b'f' => float::new(t, f32::from_bits(number_of(bytes, big) as u32) as f64),
        b'd' => float::new(t, f64::from_bits(number_of(bytes, big))),
        b'F' => {
            let part =
                |range: std::ops::Range<usize>| f32::from_bits(number_of(&bytes[range], big) as u32) as f64;
            complex::new(t, part(0..4), part(4..8))
        }
        b'D' => {
            let part = |range: std::ops::Range<usize>| f64::from_bits(number_of(&bytes[range], big));
            complex::new(t, part(0..8), part(8..16))
        }
        code => {
            let n = number_of(bytes, big);
            let shift = 64 - 8 * item.size as u32;
            match code {
                b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => int::from_i64(t, (n << shift) as i64 >> shift),
                _ => int::from_u64(t, n),
            }
        }
    })
}
