//! Subscripts of memoryviews, and what makes lists and bytes of them.

use super::{
    MemoryView, Spec, check, construct::spec_of, copy_bytes, format::Code, new, with_base, write_base,
};
use crate::{
    builtins::{bounds, list, slice::Slice, tuple},
    error::{Exc, PyResult},
    object::Ref,
    protocol::{item::normalize, number},
    thread::Thread,
    value::Value,
};

/// The format code of the items, or NotImplementedError.
pub(super) fn code(t: &mut Thread, view: Ref<MemoryView>) -> PyResult<Code> {
    let format = view.format();
    match Code::parse(&format) {
        Some(code) => Ok(code),
        None => Err(t.raise(Exc::NotImplementedError, format!("memoryview: format {format} not supported"))),
    }
}

/// A copy of one item's bytes.
fn item_bytes(view: Ref<MemoryView>, at: usize) -> Vec<u8> {
    let size = view.item_size();
    with_base(view.base(), |bytes| bytes.get(at..at + size).unwrap_or_default().to_vec())
}

/// The value of the item at a byte of the base.
fn unpack(t: &mut Thread, view: Ref<MemoryView>, code: Code, at: usize) -> PyResult {
    let bytes = item_bytes(view, at);
    code.unpack(t, &bytes)
}

/// What a subscript selects.
enum Selected {
    Item(usize),
    Part(Spec),
}

fn select(t: &mut Thread, view: Ref<MemoryView>, key: Value) -> PyResult<Selected> {
    let (shape, strides) = (view.shape(), view.strides());
    if key == Value::ELLIPSIS {
        return Ok(Selected::Part(spec_of(view)));
    }
    if shape.is_empty() {
        return match key.as_tuple() {
            Some(tuple) if tuple.is_empty() => Ok(Selected::Item(view.offset())),
            _ => Err(t.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if key.cast::<Slice>().is_some() {
        // The part is of the bytes as they are now, even if computing the bounds releases the view.
        let mut spec = spec_of(view);
        let span = bounds::span(t, key, || shape[0])?;
        spec.offset = (view.offset() as i64 + span.start.max(0) * strides[0]) as usize;
        spec.shape = replaced(t, &shape, span.count as i64);
        spec.strides = replaced_stride(t, &strides, strides[0] * span.step);
        return Ok(Selected::Part(spec));
    }
    if let Some(keys) = key.as_tuple() {
        if keys.values().iter().any(|&k| k.cast::<Slice>().is_some()) {
            let all_slices = keys.values().iter().all(|&k| k.cast::<Slice>().is_some());
            return Err(if all_slices {
                t.raise(Exc::NotImplementedError, "multi-dimensional slicing is not implemented")
            } else {
                t.type_error("memoryview: invalid slice key")
            });
        }
        return multi_index(t, view, key, &shape, &strides);
    }
    if !bounds::is_index(t, key) {
        return Err(t.type_error("memoryview: invalid slice key"));
    }
    let i = number::subscript_index(t, key)?;
    check(t, view)?;
    let Some(i) = normalize(i, shape[0]) else {
        return Err(t.index_error("index out of bounds on dimension 1"));
    };
    if shape.len() > 1 {
        return Err(t.raise(Exc::NotImplementedError, "multi-dimensional sub-views are not implemented"));
    }
    Ok(Selected::Item((view.offset() as i64 + i as i64 * strides[0]) as usize))
}

fn multi_index(
    t: &mut Thread,
    view: Ref<MemoryView>,
    key: Value,
    shape: &[usize],
    strides: &[i64],
) -> PyResult<Selected> {
    let Some(keys) = key.as_tuple() else { return Err(t.type_error("memoryview: invalid slice key")) };
    for &k in keys.values() {
        if !bounds::is_index(t, k) {
            return Err(t.type_error("memoryview: invalid slice key"));
        }
    }
    if keys.len() < shape.len() {
        return Err(t.raise(Exc::NotImplementedError, "sub-views are not implemented"));
    }
    if keys.len() > shape.len() {
        let (n, m) = (shape.len(), keys.len());
        return Err(t.type_error(format!("cannot index {n}-dimension view with {m}-element tuple")));
    }
    let mut at = view.offset() as i64;
    for (d, &k) in keys.values().iter().enumerate() {
        let i = number::subscript_index(t, k)?;
        let Some(i) = normalize(i, shape[d]) else {
            return Err(t.index_error(format!("index out of bounds on dimension {}", d + 1)));
        };
        at += i as i64 * strides[d];
    }
    check(t, view)?;
    Ok(Selected::Item(at as usize))
}

fn replaced(t: &mut Thread, shape: &[usize], first: i64) -> Value {
    let mut values: Vec<Value> = shape.iter().map(|&n| Value::small(n as i64)).collect();
    values[0] = Value::small(first);
    tuple::new_small(t, &values)
}

fn replaced_stride(t: &mut Thread, strides: &[i64], first: i64) -> Value {
    let mut values: Vec<Value> = strides.iter().map(|&n| Value::small(n)).collect();
    values[0] = Value::small(first);
    tuple::new_small(t, &values)
}

pub(super) fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = Ref::<MemoryView>::known(args[0]);
    check(t, view)?;
    match select(t, view, args[1])? {
        Selected::Part(spec) => Ok(new(t, &spec)),
        Selected::Item(at) => {
            let code = code(t, view)?;
            unpack(t, view, code, at)
        }
    }
}

pub(super) fn setitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = Ref::<MemoryView>::known(args[0]);
    check(t, view)?;
    if view.is_readonly() {
        return Err(t.type_error("cannot modify read-only memory"));
    }
    if view.ndim() > 1 && args[1].cast::<Slice>().is_some() {
        let message = "memoryview slice assignments are currently restricted to ndim = 1";
        return Err(t.raise(Exc::NotImplementedError, message));
    }
    match select(t, view, args[1])? {
        Selected::Item(at) => {
            let code = code(t, view)?;
            let bytes = code.pack(t, args[2])?;
            check(t, view)?;
            write_base(t, view.base(), at, &bytes);
        }
        Selected::Part(_) if view.ndim() == 0 => {
            let code = code(t, view)?;
            let bytes = code.pack(t, args[2])?;
            check(t, view)?;
            write_base(t, view.base(), view.offset(), &bytes);
        }
        Selected::Part(spec) => {
            let target = new(t, &spec);
            let target = Ref::<MemoryView>::known(target);
            let result = assign(t, target, args[2]);
            super::release(t, target)?;
            result?;
        }
    }
    Ok(Value::NONE)
}

/// Copies the items of a bytes-like object of the same format and shape.
fn assign(t: &mut Thread, target: Ref<MemoryView>, source: Value) -> PyResult<()> {
    let source_view = super::from_object(t, source)?;
    let source_view = Ref::<MemoryView>::known(source_view);
    let same = base_format(&source_view.format()) == base_format(&target.format())
        && source_view.shape() == target.shape();
    let bytes = copy_bytes(source_view);
    super::release(t, source_view)?;
    if !same {
        return Err(t.value_error("memoryview assignment: lvalue and rvalue have different structures"));
    }
    check(t, target)?;
    if target.is_contiguous() {
        write_base(t, target.base(), target.offset(), &bytes);
        return Ok(());
    }
    let size = target.item_size();
    for (i, at) in target.item_offsets().into_iter().enumerate() {
        write_base(t, target.base(), at, &bytes[i * size..(i + 1) * size]);
    }
    Ok(())
}

/// A format without the `@` that changes nothing.
pub(super) fn base_format(format: &str) -> &str {
    format.strip_prefix('@').unwrap_or(format)
}

pub(super) fn delitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = Ref::<MemoryView>::known(args[0]);
    check(t, view)?;
    if view.is_readonly() {
        return Err(t.type_error("cannot modify read-only memory"));
    }
    Err(t.type_error("cannot delete memory"))
}

/// The items as values in the order of C.
pub(super) fn values(t: &mut Thread, view: Ref<MemoryView>) -> PyResult<crate::thread::RootVec> {
    let code = code(t, view)?;
    let bytes = copy_bytes(view);
    let mut items = t.vec();
    for chunk in bytes.chunks_exact(code.size()) {
        let item = code.unpack(t, chunk)?;
        items.push(item);
    }
    Ok(items)
}

pub(super) fn tolist(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = Ref::<MemoryView>::known(args[0]);
    check(t, view)?;
    let items = values(t, view)?;
    if view.ndim() == 0 {
        return Ok(items.first().copied().unwrap_or(Value::NONE));
    }
    let mut position = 0;
    nested(t, &view.shape(), &items, &mut position)
}

fn nested(t: &mut Thread, shape: &[usize], items: &[Value], position: &mut usize) -> PyResult {
    let [count, rest @ ..] = shape else {
        *position += 1;
        return Ok(items[*position - 1]);
    };
    let mut level = t.vec();
    for _ in 0..*count {
        let item = nested(t, rest, items, position)?;
        level.push(item);
    }
    list::try_new(t, &level)
}
