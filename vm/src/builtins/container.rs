//! What the container types share: slice arithmetic, the guard of recursive reprs, `__class_getitem__`.

use pystm_text::TextBuf;

use super::{slice::Slice, str::Str, typeobj::lookup};
use crate::{
    error::{Exc, PyResult},
    object::Ref,
    protocol::{number, text},
    thread::Thread,
    value::Value,
};

/// The indices that a slice selects in a sequence of some length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceRange {
    /// First index (meaningful as an insertion point even if nothing is selected).
    pub start: i64,
    /// Distance between indices, never 0.
    pub step: i64,
    /// Number of indices.
    pub count: usize,
}

impl SliceRange {
    /// The `n`th index.
    #[inline]
    pub fn index(self, n: usize) -> usize {
        (self.start + n as i64 * self.step) as usize
    }

    /// The same indices in ascending order.
    pub fn ascending(self) -> SliceRange {
        if self.step > 0 || self.count == 0 {
            return SliceRange { step: self.step.abs(), ..self };
        }
        SliceRange { start: self.index(self.count - 1) as i64, step: -self.step, count: self.count }
    }
}

/// A bound of a slice, clamped to the machine's range.
fn bound(t: &mut Thread, value: Value) -> PyResult<i64> {
    if let Some(n) = value.as_small() {
        return Ok(n);
    }
    if super::int::as_int(value).is_none() && t.special(value, crate::special::Special::Index).is_none() {
        return Err(t.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    clamped_index(t, value)
}

/// `operator.index(value)`, clamped to the machine's range.
pub fn clamped_index(t: &mut Thread, value: Value) -> PyResult<i64> {
    let n = number::index(t, value)?;
    Ok(match n.as_small() {
        Some(n) => n,
        None if super::int::to_bigint(n).sign() == num_bigint::Sign::Minus => i64::MIN,
        None => i64::MAX,
    })
}

/// Bounds and step of a slice as the language defines them, before a length is known. May run `__index__`.
pub fn slice_parts(t: &mut Thread, slice: Ref<Slice>) -> PyResult<(Option<i64>, Option<i64>, i64)> {
    let (start, stop, step) = (slice.start(), slice.stop(), slice.step());
    let step = if step.is_none() { 1 } else { bound(t, step)?.max(-i64::MAX) };
    if step == 0 {
        return Err(t.value_error("slice step cannot be zero"));
    }
    let start = if start.is_none() { None } else { Some(bound(t, start)?) };
    let stop = if stop.is_none() { None } else { Some(bound(t, stop)?) };
    Ok((start, stop, step))
}

/// Fits slice parts to a length.
pub fn fit_slice(parts: (Option<i64>, Option<i64>, i64), len: usize) -> SliceRange {
    let (start, stop, step) = parts;
    let len = len as i64;
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let fit = |n: i64| if n < 0 { n.saturating_add(len).max(low) } else { n.min(high) };
    let start = start.map_or(if step < 0 { high } else { low }, fit);
    let stop = stop.map_or(if step < 0 { low } else { high }, fit);
    let count = if step < 0 {
        if stop < start { (start - stop - 1) / -step + 1 } else { 0 }
    } else if start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    SliceRange { start, step, count: count as usize }
}

/// Containers inside each other whose repr can be computed. (Each looks through all around it.)
const MAX_REPR_DEPTH: usize = 10_000;

/// Notes that the repr of a container is being computed; false if it was noted already, for then the container holds
/// itself. Every true answer is followed by [`leave_repr`].
pub fn enter_repr(t: &mut Thread, container: Value) -> PyResult<bool> {
    t.check_native_stack()?;
    if t.repr_running.contains(&container.bits()) {
        return Ok(false);
    }
    if t.repr_running.len() >= MAX_REPR_DEPTH {
        return Err(t.recursion_error(" while getting the repr of an object"));
    }
    t.repr_running.push(container.bits());
    Ok(true)
}

/// See [`enter_repr`].
pub fn leave_repr(t: &mut Thread) {
    t.repr_running.pop();
}

/// Adds `repr(value)` to a text.
pub fn push_repr(t: &mut Thread, buf: &mut TextBuf, value: Value) -> PyResult<()> {
    let s = text::repr(t, value)?;
    if let Some(s) = s.as_str() {
        buf.push_units(s.units());
    }
    Ok(())
}

/// The str of a finished text.
pub fn finish_text(t: &mut Thread, buf: &TextBuf) -> PyResult {
    Str::from_buf(t, buf)
}

/// `__class_getitem__`: the generic alias.
pub fn class_getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(super::generic_alias(t, args[0], args[1]))
}

/// A built-in function, for `__reduce__`.
pub fn builtin(t: &mut Thread, name: &str) -> PyResult {
    let module = t.rt.builtins_module.get();
    let key = t.intern(name);
    let found = match module.cast::<super::module::Module>() {
        Some(module) => super::dict::get(t, module.dict(), key)?,
        None => None,
    };
    match found {
        Some(function) => Ok(function),
        None => Err(t.raise(Exc::AttributeError, name)),
    }
}

/// The arguments `(*args, **kwargs)` of a constructor that takes at most one positional one.
pub fn at_most_one(t: &mut Thread, name: &str, args: Value, kwargs: Value) -> PyResult<Option<Value>> {
    if kwargs.cast::<super::dict::Dict>().is_some_and(|d| !d.is_empty()) {
        return Err(t.type_error(format!("{name}() takes no keyword arguments")));
    }
    let args = args.as_tuple();
    match args.map_or(0, |a| a.len()) {
        0 => Ok(None),
        1 => Ok(args.map(|a| a.at(0))),
        n => Err(t.type_error(format!("{name} expected at most 1 argument, got {n}"))),
    }
}

/// TypeError of a hash that failed because the value is not hashable, in the words of the container.
#[cold]
pub fn explain_unhashable(
    t: &mut Thread,
    raised: crate::error::Raised,
    value: Value,
    role: &str,
) -> crate::error::Raised {
    let exception = t.exception;
    if !type_error_exactly(t, exception) {
        return raised;
    }
    let Ok(message) = text::str_string(t, exception) else { return raised };
    let name = lookup::qualified_name(crate::runtime::type_of(value));
    t.take_exception(raised);
    t.type_error(format!("cannot use '{name}' as {role} ({message})"))
}

fn type_error_exactly(t: &Thread, exception: Value) -> bool {
    crate::runtime::type_of(exception).value() == t.rt.exception(Exc::TypeError)
}
