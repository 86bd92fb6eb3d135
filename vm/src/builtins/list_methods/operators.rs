//! Operators of `list`, and its repr.

use pystm_text::TextBuf;

use super::{repeated_len, this};
use crate::{
    builtins::{
        array, bounds, container,
        list::{self, List},
    },
    error::PyResult,
    object::Ref,
    protocol::compare,
    runtime::type_of,
    special::Compare,
    thread::Thread,
    value::Value,
};

pub(super) fn add(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = args[1].cast::<List>() else {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("can only concatenate list (not \"{name}\") to list")));
    };
    concat(t, this(args), other)
}

/// `list + other`
pub fn concat(t: &mut Thread, list: Ref<List>, other: Ref<List>) -> PyResult {
    let total = list.len() + other.len();
    if total == 0 {
        return Ok(list::new(t, &[]));
    }
    let parts = [list, other].into_iter().filter_map(|part| Some((part.buffer()?, 0..part.len())));
    let buffer = array::joined(t, total, parts)?;
    Ok(list::from_buffer(t, buffer.value(), total).value())
}

pub(super) fn in_place_add(t: &mut Thread, args: &[Value]) -> PyResult {
    list::extend(t, this(args), args[1])?;
    Ok(args[0])
}

pub(super) fn mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let times = bounds::fitting(t, args[1])?;
    let list = this(args);
    let n = list.len();
    let total = repeated_len(t, n, times)?;
    if total == 0 {
        return Ok(list::new(t, &[]));
    }
    let buffer = match list.get(0).filter(|_| n == 1) {
        Some(only) => array::new(t, total, only.bits())?,
        None => {
            let parts = std::iter::repeat_n(list, total / n).filter_map(|part| Some((part.buffer()?, 0..n)));
            array::joined(t, total, parts)?
        }
    };
    Ok(list::from_buffer(t, buffer.value(), total).value())
}

pub(super) fn in_place_mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let times = bounds::fitting(t, args[1])?;
    let list = this(args);
    t.acquire(list);
    if times <= 0 {
        list::clear(t, list);
        return Ok(args[0]);
    }
    let n = list.len();
    let total = repeated_len(t, n, times)?;
    list::reserve(t, list, total)?;
    let items = list::snapshot(t, list);
    for _ in 1..times {
        if n == 0 {
            break;
        }
        list::extend_from(t, list, &items)?;
    }
    Ok(args[0])
}

/// The first index at which two lists differ. Both are read again after every comparison.
fn first_difference(t: &mut Thread, a: Ref<List>, b: Ref<List>) -> PyResult<usize> {
    let mut i = 0;
    while let (Some(x), Some(y)) = (a.get(i), b.get(i)) {
        if x != y && !compare::equal(t, x, y)? {
            break;
        }
        i += 1;
    }
    Ok(i)
}

fn rich_compare(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    match args[1].cast::<List>() {
        Some(other) => compare_lists(t, this(args), other, op),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `a op b`
pub fn compare_lists(t: &mut Thread, a: Ref<List>, b: Ref<List>, op: Compare) -> PyResult {
    if a.len() != b.len() && matches!(op, Compare::Eq | Compare::Ne) {
        return Ok(Value::bool(op == Compare::Ne));
    }
    t.check_native_stack()?;
    let i = first_difference(t, a, b)?;
    match (a.get(i), b.get(i), op) {
        (Some(_), Some(_), Compare::Eq) => Ok(Value::FALSE),
        (Some(_), Some(_), Compare::Ne) => Ok(Value::TRUE),
        (Some(x), Some(y), _) => compare::compare(t, x, y, op),
        _ => Ok(Value::bool(op.holds(a.len().cmp(&b.len())))),
    }
}

pub(super) fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Eq)
}

pub(super) fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Ne)
}

pub(super) fn lt(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Lt)
}

pub(super) fn le(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Le)
}

pub(super) fn gt(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Gt)
}

pub(super) fn ge(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Ge)
}

pub(super) fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    if list.is_empty() {
        return Ok(t.intern("[]"));
    }
    if !container::enter_repr(t, args[0])? {
        return Ok(t.intern("[...]"));
    }
    let result = repr_items(t, list);
    container::leave_repr(t);
    result
}

fn repr_items(t: &mut Thread, list: Ref<List>) -> PyResult {
    let mut buf = TextBuf::new();
    buf.push_str("[");
    let mut i = 0;
    while let Some(item) = list.get(i) {
        if i > 0 {
            buf.push_str(", ");
        }
        container::push_repr(t, &mut buf, item)?;
        i += 1;
    }
    buf.push_str("]");
    container::finish_text(t, &buf)
}
