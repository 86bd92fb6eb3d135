//! The set side of views of keys and items: algebra with any iterable, comparisons with sets and views.

use super::views::{contains, dict_of, set_view};
use crate::{
    builtins::{
        iterators::dicts::Part,
        set::{self, Set, operators},
    },
    error::PyResult,
    kind::Kind,
    object::Ref,
    protocol::{item, iter, truth},
    thread::Thread,
    value::Value,
};

/// A new set of an iterable's items.
fn to_set(t: &mut Thread, source: Value) -> PyResult<Ref<Set>> {
    let result = set::new(t);
    set::update(t, result, source)?;
    Ok(result)
}

fn part_of(t: &mut Thread, view: Value) -> Part {
    set_view(t, view).unwrap_or(Part::Keys)
}

fn is_exact_set(value: Value) -> bool {
    value.object().is_some_and(|o| o.header.shape() == Kind::Set.shape())
}

/// `view & other`, in either order.
pub(super) fn and(t: &mut Thread, args: &[Value]) -> PyResult {
    let (mut view, mut other) = (args[0], args[1]);
    if is_exact_set(other) && dict_of(view).len() <= Ref::<Set>::known(other).len() {
        return Ok(operators::intersection(t, Ref::known(other), view)?.value());
    }
    if set_view(t, other).is_some() && dict_of(other).len() > dict_of(view).len() {
        (view, other) = (other, view);
    }
    let part = part_of(t, view);
    let result = set::new(t);
    iter::for_each(t, other, |t, item| {
        if contains(t, view, part, item)? {
            set::add(t, result, item)?;
        }
        Ok(())
    })?;
    Ok(result.value())
}

pub(super) fn or(t: &mut Thread, args: &[Value]) -> PyResult {
    let result = to_set(t, args[0])?;
    set::update(t, result, args[1])?;
    Ok(result.value())
}

pub(super) fn ror(t: &mut Thread, args: &[Value]) -> PyResult {
    or(t, &[args[1], args[0]])
}

pub(super) fn sub(t: &mut Thread, args: &[Value]) -> PyResult {
    let result = to_set(t, args[0])?;
    operators::difference_update(t, result, args[1])?;
    Ok(result.value())
}

pub(super) fn rsub(t: &mut Thread, args: &[Value]) -> PyResult {
    sub(t, &[args[1], args[0]])
}

pub(super) fn xor(t: &mut Thread, args: &[Value]) -> PyResult {
    let result = to_set(t, args[0])?;
    operators::symmetric_difference_update(t, result, args[1])?;
    Ok(result.value())
}

pub(super) fn rxor(t: &mut Thread, args: &[Value]) -> PyResult {
    xor(t, &[args[1], args[0]])
}

pub(super) fn is_disjoint(t: &mut Thread, args: &[Value]) -> PyResult {
    let (mut view, mut other) = (args[0], args[1]);
    if view == other {
        return Ok(Value::bool(dict_of(view).is_empty()));
    }
    // The smaller one is walked, if the larger can be asked.
    if set_view(t, other).is_some() && dict_of(other).len() > dict_of(view).len() {
        (view, other) = (other, view);
    } else if let Some(s) = other.cast::<Set>()
        && s.len() > dict_of(view).len()
    {
        return operators::is_disjoint(t, s, view).map(Value::bool);
    }
    let part = part_of(t, view);
    let iterator = iter::consume(t, other)?;
    while let Some(item) = iter::next(t, iterator)? {
        if contains(t, view, part, item)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

/// Whether everything in `a` is in `b`.
fn all_contained(t: &mut Thread, a: Value, b: Value) -> PyResult<bool> {
    let iterator = iter::consume(t, a)?;
    while let Some(item) = iter::next(t, iterator)? {
        if !item::contains(t, b, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A comparison: `fits` says which lengths allow it, `swapped` that the other one must be contained in this one.
fn compare(
    t: &mut Thread,
    args: &[Value],
    fits: fn(usize, usize) -> bool,
    swapped: bool,
) -> PyResult<Option<bool>> {
    if !set::is_set(args[1]) && set_view(t, args[1]).is_none() {
        return Ok(None);
    }
    let (a, b) = (truth::len(t, args[0])?, truth::len(t, args[1])?);
    if !fits(a, b) {
        return Ok(Some(false));
    }
    let (inner, outer) = if swapped { (args[1], args[0]) } else { (args[0], args[1]) };
    all_contained(t, inner, outer).map(Some)
}

fn answer(result: Option<bool>) -> Value {
    result.map_or(Value::NOT_IMPLEMENTED, Value::bool)
}

pub(super) fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, |a, b| a == b, false).map(answer)
}

pub(super) fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, |a, b| a == b, false).map(|r| answer(r.map(|e| !e)))
}

pub(super) fn lt(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, |a, b| a < b, false).map(answer)
}

pub(super) fn le(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, |a, b| a <= b, false).map(answer)
}

pub(super) fn gt(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, |a, b| a > b, true).map(answer)
}

pub(super) fn ge(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, |a, b| a >= b, true).map(answer)
}
