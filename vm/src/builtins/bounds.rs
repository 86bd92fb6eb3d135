//! Indices and bounds as the methods of sequences take them.

use num_traits::{Signed, ToPrimitive};

use crate::{
    builtins::{container, int},
    error::PyResult,
    protocol::{call, number},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// A bound of a slice or of a search: clamped to 64 bits.
pub fn bound(t: &mut Thread, value: Value) -> PyResult<i64> {
    if let Some(n) = value.as_small() {
        return Ok(n);
    }
    let n = match int::as_int(value) {
        Some(n) => n,
        None if t.special(value, Special::Index).is_some() => number::index(t, value)?,
        None => {
            return Err(t.type_error("slice indices must be integers or None or have an __index__ method"));
        }
    };
    Ok(match n.as_small() {
        Some(n) => n,
        None if int::to_bigint(n).is_negative() => i64::MIN / 2,
        None => i64::MAX / 2,
    })
}

/// The bounds of `find(sub, start, end)`: either may be missing or None. Negative ones count from the end; the end is
/// clamped to the length, the start may lie beyond it.
pub fn bounds(t: &mut Thread, start: Value, end: Value, len: impl Fn() -> usize) -> PyResult<(usize, usize)> {
    let start = match start.given_not_none() {
        Some(v) => bound(t, v)?,
        None => 0,
    };
    let end = match end.given_not_none() {
        Some(v) => bound(t, v)?,
        None => i64::MAX / 2,
    };
    let len = len() as i64;
    let clamp = |i: i64| if i < 0 { (i + len).max(0) } else { i };
    Ok((clamp(start) as usize, clamp(end).min(len) as usize))
}

/// An argument that must be an int and fit into a machine word.
pub fn size(t: &mut Thread, value: Value) -> PyResult<i64> {
    number::index_as_i64(t, value)
}

/// `operator.index(value)`, which must fit into a machine word: how often a sequence is to be repeated, for one.
pub fn fitting(t: &mut Thread, value: Value) -> PyResult<i64> {
    let n = number::index(t, value)?;
    match n.as_small().or_else(|| int::to_bigint(n).to_i64()) {
        Some(n) => Ok(n),
        None => {
            let name = type_of(value).name();
            Err(t.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// A limit such as `maxsplit` or `count`, where negative means none.
pub fn limit(t: &mut Thread, value: Value) -> PyResult<Option<usize>> {
    match value.given() {
        None => Ok(None),
        Some(v) => Ok(usize::try_from(number::index_as_i64(t, v)?).ok()),
    }
}

/// `start, stop, step` of a slice object's parts for a sequence of this length: the first index, the step and the
/// number of items.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// First index.
    pub start: i64,
    /// Distance between indices, never 0.
    pub step: i64,
    /// Number of items.
    pub count: usize,
}

impl Span {
    /// The indices in order.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(move |i| (self.start + i * self.step) as usize)
    }

    /// Whether the items lie side by side in order.
    pub fn is_range(self) -> bool {
        self.step == 1
    }

    /// The items as a range, if the step is 1.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.count
    }
}

/// The span of a slice object over a sequence whose length is asked for after all Python code has run.
pub fn span(t: &mut Thread, slice: Value, len: impl Fn() -> usize) -> PyResult<Span> {
    let parts = container::slice_parts(t, crate::object::Ref::known(slice))?;
    let container::SliceRange { start, step, count } = container::fit_slice(parts, len());
    Ok(Span { start, step, count })
}

/// Whether the value is an int or has `__index__`.
pub fn is_index(t: &mut Thread, value: Value) -> bool {
    value.is_small() || t.special(value, Special::Index).is_some()
}

/// `value.__index__()` if there is one, else an error with this text.
pub fn index_or(t: &mut Thread, value: Value, message: impl FnOnce() -> String) -> PyResult<i64> {
    if !is_index(t, value) {
        return Err(t.type_error(message()));
    }
    number::subscript_index(t, value)
}

/// The result of a special method without arguments, if the type has it.
pub fn special_or_none(t: &mut Thread, value: Value, special: Special) -> PyResult<Option<Value>> {
    match t.special(value, special).filter(|m| !m.is_none()) {
        Some(method) => call::call_unbound(t, method, value, &[]).map(Some),
        None => Ok(None),
    }
}
