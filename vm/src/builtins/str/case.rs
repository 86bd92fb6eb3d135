//! Case conversion and padding.

use pystm_text::{TextBuf, Units, ops, unicode};

use super::{Str, methods::this};
use crate::{
    builtins::bounds::size, error::PyResult, object::Ref, protocol::number, runtime::type_of, thread::Thread,
    value::Value,
};

/// Widest padding that is tried.
const MAX_WIDTH: usize = 1 << 40;

/// A conversion that has a short form for ASCII.
fn convert(
    t: &mut Thread,
    s: Ref<Str>,
    ascii: impl Fn(&u8) -> u8,
    full: impl Fn(Units<'_>) -> TextBuf,
) -> PyResult {
    if let Some(text) = s.as_ascii() {
        let bytes: Vec<u8> = text.as_bytes().iter().map(ascii).collect();
        return Str::from_ascii(t, Units::One(&bytes));
    }
    let buf = full(s.units());
    Str::from_buf(t, &buf)
}

pub(super) fn lower(t: &mut Thread, args: &[Value]) -> PyResult {
    convert(t, this(args[0]), u8::to_ascii_lowercase, unicode::lower)
}

pub(super) fn upper(t: &mut Thread, args: &[Value]) -> PyResult {
    convert(t, this(args[0]), u8::to_ascii_uppercase, unicode::upper)
}

pub(super) fn casefold(t: &mut Thread, args: &[Value]) -> PyResult {
    convert(t, this(args[0]), u8::to_ascii_lowercase, unicode::case_fold)
}

pub(super) fn swapcase(t: &mut Thread, args: &[Value]) -> PyResult {
    let swap = |b: &u8| if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() };
    convert(t, this(args[0]), swap, unicode::swap_case)
}

pub(super) fn capitalize(t: &mut Thread, args: &[Value]) -> PyResult {
    let buf = unicode::capitalize(this(args[0]).units());
    Str::from_buf(t, &buf)
}

pub(super) fn title(t: &mut Thread, args: &[Value]) -> PyResult {
    let buf = unicode::title(this(args[0]).units());
    Str::from_buf(t, &buf)
}

/// The fill character of `center` and its like.
fn fill(t: &mut Thread, value: Value) -> PyResult<u32> {
    let Some(value) = value.given() else { return Ok(' ' as u32) };
    let Some(s) = value.as_str() else {
        let got = type_of(value).message_name();
        return Err(t.type_error(format!("The fill character must be a unicode character, not {got}")));
    };
    if s.len() != 1 {
        return Err(t.type_error("The fill character must be exactly one character long"));
    }
    Ok(s.code_point(0))
}

fn pad(t: &mut Thread, args: &[Value], f: fn(Units<'_>, usize, u32) -> TextBuf) -> PyResult {
    let width = size(t, args[1])?;
    let fill = fill(t, args[2])?;
    let s = this(args[0]);
    if width <= s.len() as i64 {
        return Ok(s.value());
    }
    if width as usize > MAX_WIDTH {
        return Err(t.overflow_error("padded string is too long"));
    }
    let buf = f(s.units(), width as usize, fill);
    Str::from_buf(t, &buf)
}

pub(super) fn center(t: &mut Thread, args: &[Value]) -> PyResult {
    pad(t, args, ops::center)
}

pub(super) fn ljust(t: &mut Thread, args: &[Value]) -> PyResult {
    pad(t, args, ops::left_justify)
}

pub(super) fn rjust(t: &mut Thread, args: &[Value]) -> PyResult {
    pad(t, args, ops::right_justify)
}

pub(super) fn zfill(t: &mut Thread, args: &[Value]) -> PyResult {
    let width = size(t, args[1])?;
    let s = this(args[0]);
    if width <= s.len() as i64 {
        return Ok(s.value());
    }
    if width as usize > MAX_WIDTH {
        return Err(t.overflow_error("padded string is too long"));
    }
    let buf = ops::zero_fill(s.units(), width as usize);
    Str::from_buf(t, &buf)
}

pub(super) fn expandtabs(t: &mut Thread, args: &[Value]) -> PyResult {
    let tab_size = tab_size(t, args[1])?;
    let s = this(args[0]);
    let tabs = s.units().count(Units::One(b"\t"));
    if tabs.saturating_mul(tab_size) > MAX_WIDTH {
        return Err(t.overflow_error("new string is too long"));
    }
    if tabs == 0 {
        return Ok(s.value());
    }
    let buf = ops::expand_tabs(s.units(), tab_size);
    Str::from_buf(t, &buf)
}

/// The argument of `expandtabs`, a C int.
pub(crate) fn tab_size(t: &mut Thread, value: Value) -> PyResult<usize> {
    let Some(value) = value.given() else { return Ok(8) };
    let n = number::index_as_i64(t, value)?;
    if i32::try_from(n).is_err() {
        return Err(t.overflow_error("Python int too large to convert to C int"));
    }
    Ok(n.max(0) as usize)
}
