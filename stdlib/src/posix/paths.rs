//! The hot functions of `posixpath`.

use pystm_text::{TextBuf, Units};
use pystm_vm::{
    builtins::{str::Str, tuple},
    error::PyResult,
    thread::Thread,
    value::Value,
};

use crate::support::{bytes_value, fspath};

/// Number of slashes of the root: 0, 1, or 2 for exactly two.
fn root_len(at: impl Fn(usize) -> Option<u32>) -> usize {
    let slash = Some(b'/' as u32);
    match (at(0) == slash, at(1) == slash, at(2) == slash) {
        (false, ..) => 0,
        (true, true, false) => 2,
        _ => 1,
    }
}

pub(super) fn normpath(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = fspath(t, args[0])?;
    let (bytes, text);
    let (units, is_bytes) = match path.as_str() {
        Some(s) => {
            text = s;
            (text.units(), false)
        }
        None => {
            bytes = pystm_vm::builtins::buffer::to_vec(t, path)?;
            (Units::One(&bytes), true)
        }
    };
    let root = root_len(|i| units.get(i));
    let mut parts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < units.len() {
        let end = (at..units.len()).find(|&i| units.at(i) == b'/' as u32).unwrap_or(units.len());
        let is = |part: &(usize, usize), text: &[u8]| {
            part.1 - part.0 == text.len()
                && text.iter().enumerate().all(|(i, &b)| units.at(part.0 + i) == b as u32)
        };
        let part = (at, end);
        if is(&part, b"..") {
            match parts.last() {
                Some(last) if !is(last, b"..") => {
                    parts.pop();
                }
                Some(_) => parts.push(part),
                None if root == 0 => parts.push(part),
                None => {}
            }
        } else if at < end && !is(&part, b".") {
            parts.push(part);
        }
        at = end + 1;
    }
    let mut out = TextBuf::with_capacity(units.len());
    out.push_repeated(b'/' as u32, root);
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push(b'/' as u32);
        }
        out.push_units(units.slice(part.0..part.1));
    }
    if out.is_empty() {
        out.push(b'.' as u32);
    }
    match (&out, is_bytes) {
        (TextBuf::One(b), true) => bytes_value(t, b),
        _ => Str::from_buf(t, &out),
    }
}

pub(super) fn splitroot(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = fspath(t, args[0])?;
    if let Some(s) = path.as_str() {
        let units = s.units();
        let root = root_len(|i| units.get(i));
        let drive = t.intern("");
        let head = Str::from_units(t, units.slice(0..root))?;
        let tail = Str::from_units(t, units.slice(root..units.len()))?;
        return tuple::new(t, &[drive, head, tail]);
    }
    let bytes = pystm_vm::builtins::buffer::to_vec(t, path)?;
    let root = root_len(|i| bytes.get(i).map(|&b| b as u32));
    let drive = bytes_value(t, b"")?;
    let head = bytes_value(t, &bytes[..root])?;
    let tail = bytes_value(t, &bytes[root..])?;
    tuple::new(t, &[drive, head, tail])
}
