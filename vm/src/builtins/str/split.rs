//! Taking strs apart: `split`, `strip`, `partition` and their like.

use std::ops::Range;

use pystm_text::{
    Units,
    ops::{self, Side},
    unicode,
};

use super::{
    Str,
    methods::{str_argument, this},
    slice_of,
};
use crate::{
    builtins::{bounds::limit, list, tuple},
    error::PyResult,
    object::Ref,
    protocol::truth,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// A list of the parts.
fn parts(t: &mut Thread, s: Ref<Str>, ranges: Vec<Range<usize>>) -> PyResult {
    let mut items = t.vec();
    items.reserve(ranges.len());
    for range in ranges {
        let part = slice_of(t, s, range)?;
        items.push(part);
    }
    list::try_new(t, &items)
}

/// The separator, or `None` for whitespace.
fn separator(t: &mut Thread, value: Value) -> PyResult<Option<Ref<Str>>> {
    let Some(value) = value.given_not_none() else { return Ok(None) };
    let Some(separator) = value.as_str() else {
        let got = type_of(value).message_name();
        return Err(t.type_error(format!("must be str or None, not {got}")));
    };
    if separator.is_empty() {
        return Err(t.value_error("empty separator"));
    }
    Ok(Some(separator))
}

pub(super) fn split(t: &mut Thread, args: &[Value]) -> PyResult {
    let max = limit(t, args[2])?;
    let (s, separator) = (this(args[0]), separator(t, args[1])?);
    let ranges = match separator {
        Some(separator) => ops::split_on(s.units(), separator.units(), max),
        None => ops::split(s.units(), max, unicode::is_space),
    };
    parts(t, s, ranges)
}

pub(super) fn rsplit(t: &mut Thread, args: &[Value]) -> PyResult {
    let max = limit(t, args[2])?;
    let (s, separator) = (this(args[0]), separator(t, args[1])?);
    let ranges = match separator {
        Some(separator) => ops::right_split_on(s.units(), separator.units(), max),
        None => ops::right_split(s.units(), max, unicode::is_space),
    };
    parts(t, s, ranges)
}

pub(super) fn splitlines(t: &mut Thread, args: &[Value]) -> PyResult {
    let keep_ends = match args[1].given() {
        Some(v) => truth::is_true(t, v)?,
        None => false,
    };
    let s = this(args[0]);
    parts(t, s, ops::split_lines(s.units(), keep_ends, unicode::is_line_break))
}

fn strip_side(t: &mut Thread, name: &str, args: &[Value], side: Side) -> PyResult {
    let s = this(args[0]);
    let range = match args[1].given_not_none() {
        None => ops::strip(s.units(), side, unicode::is_space),
        Some(chars) => {
            let chars = str_argument(t, chars, |_| format!("{name} arg must be None or str"))?;
            let set = chars.units();
            match set {
                Units::One(&[only]) => ops::strip(s.units(), side, |c| c == only as u32),
                _ => ops::strip(s.units(), side, |c| set.position(|x| x == c).is_some()),
            }
        }
    };
    slice_of(t, s, range)
}

pub(super) fn strip(t: &mut Thread, args: &[Value]) -> PyResult {
    strip_side(t, "strip", args, Side::Both)
}

pub(super) fn lstrip(t: &mut Thread, args: &[Value]) -> PyResult {
    strip_side(t, "lstrip", args, Side::Left)
}

pub(super) fn rstrip(t: &mut Thread, args: &[Value]) -> PyResult {
    strip_side(t, "rstrip", args, Side::Right)
}

fn needed_separator(t: &mut Thread, value: Value) -> PyResult<Ref<Str>> {
    let Some(separator) = value.as_str() else {
        let got = type_of(value).message_name();
        return Err(t.type_error(format!("must be str, not {got}")));
    };
    if separator.is_empty() {
        return Err(t.value_error("empty separator"));
    }
    Ok(separator)
}

pub(super) fn partition(t: &mut Thread, args: &[Value]) -> PyResult {
    let (s, separator) = (this(args[0]), needed_separator(t, args[1])?);
    let Some(range) = ops::partition(s.units(), separator.units()) else {
        let empty = t.rt.empty_str.get();
        return Ok(tuple::new_small(t, &[s.value(), empty, empty]));
    };
    around(t, s, separator, range)
}

pub(super) fn rpartition(t: &mut Thread, args: &[Value]) -> PyResult {
    let (s, separator) = (this(args[0]), needed_separator(t, args[1])?);
    let Some(range) = ops::right_partition(s.units(), separator.units()) else {
        let empty = t.rt.empty_str.get();
        return Ok(tuple::new_small(t, &[empty, empty, s.value()]));
    };
    around(t, s, separator, range)
}

fn around(t: &mut Thread, s: Ref<Str>, separator: Ref<Str>, range: Range<usize>) -> PyResult {
    let before = slice_of(t, s, 0..range.start)?;
    let after = slice_of(t, s, range.end..s.len())?;
    Ok(tuple::new_small(t, &[before, separator.value(), after]))
}

pub(super) fn removeprefix(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    let prefix = str_argument(t, args[1], |got| format!("removeprefix() argument must be str, not {got}"))?;
    let (len, n) = (s.len(), prefix.len());
    if n > 0 && n <= len && s.units().slice(0..n) == prefix.units() {
        return slice_of(t, s, n..len);
    }
    Ok(s.value())
}

pub(super) fn removesuffix(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    let suffix = str_argument(t, args[1], |got| format!("removesuffix() argument must be str, not {got}"))?;
    let (len, n) = (s.len(), suffix.len());
    if n > 0 && n <= len && s.units().slice(len - n..len) == suffix.units() {
        return slice_of(t, s, 0..len - n);
    }
    Ok(s.value())
}
