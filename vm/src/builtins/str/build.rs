//! New strs from old ones: concatenation, repetition, slices.

use std::ops::Range;

use pystm_parser::ast::Text;
use pystm_text::{TextBuf, Units};

use super::Str;
use crate::{error::PyResult, object::Ref, thread::Thread, value::Value};

/// Longest str in bytes.
const MAX_BYTES: usize = isize::MAX as usize / 2;

/// `a + b`
#[inline]
pub fn concat(t: &mut Thread, a: Ref<Str>, b: Ref<Str>) -> PyResult {
    if a.is_empty() {
        return Ok(b.value());
    }
    if b.is_empty() {
        return Ok(a.value());
    }
    if let (Some(x), Some(y)) = (a.as_ascii(), b.as_ascii()) {
        return Str::concat_ascii(t, x, y);
    }
    let mut buf = TextBuf::with_capacity(a.len() + b.len());
    buf.push_units(a.units());
    buf.push_units(b.units());
    Str::from_buf(t, &buf)
}

/// The concatenation of values that are strs (or instances of subclasses of it): the parts of an f-string.
pub fn join_all(t: &mut Thread, parts: &[Value]) -> PyResult {
    let mut ascii = true;
    let mut len = 0;
    for part in parts {
        let Some(s) = part.as_str() else { continue };
        ascii &= s.is_ascii();
        len += s.len();
    }
    if ascii
        && let [a, b] = parts
        && let (Some(a), Some(b)) = (a.as_str(), b.as_str())
    {
        return concat(t, a, b);
    }
    if ascii && len > 1 {
        return Str::join_ascii(t, len, "", parts.iter().filter_map(|part| super::ascii_text(*part)));
    }
    let mut buf = TextBuf::with_capacity(len);
    for part in parts {
        if let Some(s) = part.as_str() {
            buf.push_units(s.units());
        }
    }
    Str::from_buf(t, &buf)
}

/// The str of a constant in the source.
pub fn from_wtf8(t: &mut Thread, text: &Text) -> PyResult {
    if let Ok(text) = text.as_str() {
        return Ok(t.new_str(text));
    }
    let buf: TextBuf = text.code_points().map(|c| c.to_u32()).collect();
    Str::from_buf(t, &buf)
}

/// The part in a range that lies inside; the same object if that is all of it.
pub fn slice_of(t: &mut Thread, s: Ref<Str>, range: Range<usize>) -> PyResult {
    if range.len() == s.len() {
        return Ok(s.value());
    }
    if s.is_ascii() {
        return Str::from_ascii(t, s.units().slice(range));
    }
    Str::from_units(t, s.units().slice(range))
}

/// `s * count`
pub fn repeat(t: &mut Thread, s: Ref<Str>, count: i64) -> PyResult {
    if count == 1 {
        return Ok(s.value());
    }
    if count <= 0 || s.is_empty() {
        return Ok(t.rt.empty_str.get());
    }
    if s.len() as i128 * i128::from(count) > i128::from(i64::MAX) {
        return Err(t.overflow_error("repeated string is too long"));
    }
    let units = s.units();
    let width = match units {
        Units::One(_) => 1,
        Units::Two(_) => 2,
        Units::Four(_) => 4,
    };
    match s.len().checked_mul(width).and_then(|n| n.checked_mul(count as usize)) {
        Some(n) if n <= MAX_BYTES && t.mutator.fits(n) => {}
        _ => return Err(t.memory_error()),
    }
    if let Some(text) = super::ascii_text(s.value())
        && text.len() > 1
    {
        return Str::join_ascii(
            t,
            text.len() * count as usize,
            "",
            std::iter::repeat_n(text, count as usize),
        );
    }
    let mut buf = TextBuf::with_capacity(if width == 1 { s.len() * count as usize } else { 0 });
    append_repeated(&mut buf, units, count as usize);
    if s.is_ascii() { Str::from_ascii(t, buf.as_units()) } else { Str::from_buf(t, &buf) }
}

/// Appends the text `count` times.
pub fn append_repeated(buf: &mut TextBuf, units: Units<'_>, count: usize) {
    if units.len() == 1 {
        buf.push_repeated(units.at(0), count);
        return;
    }
    for _ in 0..count {
        buf.push_units(units);
    }
}
