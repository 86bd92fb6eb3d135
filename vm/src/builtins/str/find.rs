//! Searching and replacing.

use pystm_text::{Units, ops};

use super::{
    Str,
    methods::{str_argument, this},
};
use crate::{
    builtins::bounds::{self, limit},
    error::PyResult,
    object::Ref,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

pub(super) fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    let sub =
        str_argument(t, args[1], |got| format!("'in <string>' requires string as left operand, not {got}"));
    let sub = match args[1].is_none() {
        true => return Err(t.type_error("'in <string>' requires string as left operand, not NoneType")),
        false => sub?,
    };
    Ok(Value::bool(s.contains(sub)))
}

impl Ref<Str> {
    /// `sub in self`
    pub fn contains(self, sub: Ref<Str>) -> bool {
        self.units().find(sub.units()).is_some()
    }
}

/// The receiver, what is looked for in it, and where (`None`: nowhere).
type Searched = (Ref<Str>, Ref<Str>, Option<std::ops::Range<usize>>);

/// The arguments of a search; no range if the bounds are crossed.
fn searched(t: &mut Thread, name: &str, args: &[Value]) -> PyResult<Searched> {
    let s = this(args[0]);
    let sub = str_argument(t, args[1], |got| format!("{name}() argument 1 must be str, not {got}"))?;
    let (start, end) = bounds::bounds(t, args[2], args[3], || s.len())?;
    Ok((s, sub, (start <= end).then_some(start..end)))
}

fn position(t: &mut Thread, name: &str, args: &[Value], last: bool) -> PyResult<Option<usize>> {
    let (s, sub, range) = searched(t, name, args)?;
    let Some(range) = range else { return Ok(None) };
    let start = range.start;
    let part = s.units().slice(range);
    let found = if last { part.rfind(sub.units()) } else { part.find(sub.units()) };
    Ok(found.map(|i| start + i))
}

pub(super) fn find(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(position(t, "find", args, false)?.map_or(-1, |i| i as i64)))
}

pub(super) fn rfind(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(position(t, "rfind", args, true)?.map_or(-1, |i| i as i64)))
}

pub(super) fn index(t: &mut Thread, args: &[Value]) -> PyResult {
    match position(t, "index", args, false)? {
        Some(i) => Ok(Value::small(i as i64)),
        None => Err(t.value_error("substring not found")),
    }
}

pub(super) fn rindex(t: &mut Thread, args: &[Value]) -> PyResult {
    match position(t, "rindex", args, true)? {
        Some(i) => Ok(Value::small(i as i64)),
        None => Err(t.value_error("substring not found")),
    }
}

pub(super) fn count(t: &mut Thread, args: &[Value]) -> PyResult {
    let (s, sub, range) = searched(t, "count", args)?;
    let count = range.map_or(0, |range| s.units().slice(range).count(sub.units()));
    Ok(Value::small(count as i64))
}

pub(super) fn startswith(t: &mut Thread, args: &[Value]) -> PyResult {
    affix(t, "startswith", args, |part, affix| {
        part.len() >= affix.len() && part.slice(0..affix.len()) == affix
    })
}

pub(super) fn endswith(t: &mut Thread, args: &[Value]) -> PyResult {
    affix(t, "endswith", args, |part, affix| {
        part.len() >= affix.len() && part.slice(part.len() - affix.len()..part.len()) == affix
    })
}

fn affix(t: &mut Thread, name: &str, args: &[Value], matches: fn(Units<'_>, Units<'_>) -> bool) -> PyResult {
    let s = this(args[0]);
    let (start, end) = bounds::bounds(t, args[2], args[3], || s.len())?;
    let part = (start <= end).then(|| s.units().slice(start..end));
    if let Some(affix) = args[1].as_str() {
        return Ok(Value::bool(part.is_some_and(|part| matches(part, affix.units()))));
    }
    let Some(tuple) = args[1].as_tuple() else {
        let got = type_of(args[1]).name();
        return Err(t.type_error(format!("{name} first arg must be str or a tuple of str, not {got}")));
    };
    for &item in tuple.values() {
        let Some(affix) = item.as_str() else {
            let got = type_of(item).message_name();
            return Err(t.type_error(format!("tuple for {name} must only contain str, not {got}")));
        };
        if part.is_some_and(|part| matches(part, affix.units())) {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

pub(super) fn replace(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    let old = str_argument(t, args[1], |got| format!("replace() argument 1 must be str, not {got}"))?;
    let new = str_argument(t, args[2], |got| format!("replace() argument 2 must be str, not {got}"))?;
    let count = limit(t, args[3])?;
    match ops::replace(s.units(), old.units(), new.units(), count) {
        Some(buf) if s.is_ascii() && new.is_ascii() => Str::from_ascii(t, buf.as_units()),
        Some(buf) => Str::from_buf(t, &buf),
        None => Ok(s.value()),
    }
}
