//! Items of bytearrays: subscripts and the methods that change them.

use super::{check_resizable, extend as append_bytes, methods::this, replace_all, splice};
use crate::{
    atomic::instruction,
    builtins::{
        bounds,
        buffer::{self, ByteView},
        bytes::{self, Maker, byte_value},
        slice::Slice,
    },
    error::PyResult,
    protocol::{item::normalize, iter, number},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

fn index(t: &mut Thread, key: Value) -> PyResult<i64> {
    bounds::index_or(t, key, || {
        format!("bytearray indices must be integers or slices, not {}", type_of(key).name())
    })
}

pub(super) fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    if args[1].cast::<Slice>().is_some() {
        let span = bounds::span(t, args[1], || array.len())?;
        let bytes = array.as_slice();
        let picked: Vec<u8> = match span.is_range() {
            true => bytes[span.range()].to_vec(),
            false => span.indices().map(|i| bytes[i]).collect(),
        };
        return Ok(super::new(t, &picked)?.value());
    }
    let i = index(t, args[1])?;
    match normalize(i, array.len()) {
        Some(i) => Ok(Value::small(array.as_slice()[i] as i64)),
        None => Err(t.index_error("bytearray index out of range")),
    }
}

/// What is assigned to a slice: bytes, or an iterable of ints.
fn slice_content(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    if let Some(view) = buffer::try_get(t, value)? {
        return Ok(view.into_vec());
    }
    let is_number = value.is_small() || t.special(value, Special::Index).is_some();
    if is_number || value.as_str().is_some() {
        return Err(t.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    }
    bytes::from_value(t, value, Maker::Array)
}

pub(super) fn setitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    if args[1].cast::<Slice>().is_some() {
        let content = slice_content(t, args[2])?;
        t.acquire(array);
        let span = bounds::span(t, args[1], || array.len())?;
        if span.is_range() {
            splice(t, array, span.range(), &content)?;
            return Ok(Value::NONE);
        }
        if content.is_empty() {
            return delete(t, args[0], span);
        }
        if content.len() != span.count {
            return Err(t.value_error(format!(
                "attempt to assign bytes of size {} to extended slice of size {}",
                content.len(),
                span.count
            )));
        }
        let w = t.write(array);
        for (i, byte) in span.indices().zip(content) {
            array.store(&w, i, &[byte]);
        }
        return Ok(Value::NONE);
    }
    let i = index(t, args[1])?;
    let byte = byte_value(t, args[2])?;
    t.acquire(array);
    match normalize(i, array.len()) {
        Some(i) => {
            let w = t.write(array);
            array.store(&w, i, &[byte]);
            Ok(Value::NONE)
        }
        None => Err(t.index_error("bytearray index out of range")),
    }
}

fn delete(t: &mut Thread, array: Value, span: bounds::Span) -> PyResult {
    let array = this(array);
    if span.is_range() {
        splice(t, array, span.range(), &[])?;
    } else if span.count > 0 {
        let mut gone = vec![false; array.len()];
        span.indices().for_each(|i| gone[i] = true);
        let kept: Vec<u8> =
            array.as_slice().iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(b, _)| *b).collect();
        replace_all(t, array, &kept)?;
    }
    Ok(Value::NONE)
}

pub(super) fn delitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    if args[1].cast::<Slice>().is_some() {
        t.acquire(array);
        let span = bounds::span(t, args[1], || array.len())?;
        return delete(t, args[0], span);
    }
    let i = index(t, args[1])?;
    t.acquire(array);
    match normalize(i, array.len()) {
        Some(i) => {
            splice(t, array, i..i + 1, &[])?;
            Ok(Value::NONE)
        }
        None => Err(t.index_error("bytearray index out of range")),
    }
}

pub(super) fn append(t: &mut Thread, args: &[Value]) -> PyResult {
    let byte = byte_value(t, args[1])?;
    append_bytes(t, this(args[0]), &[byte])?;
    Ok(Value::NONE)
}

pub(super) fn extend(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let end = array.len();
    let content = match buffer::try_get(t, args[1])? {
        Some(ByteView::Copy(copy)) => copy,
        Some(other) => other.to_vec(),
        None => {
            if args[1].as_str().is_some() {
                return Err(t.type_error("expected iterable of integers; got: 'str'"));
            }
            let is_iterable = t.special(args[1], Special::Iter).is_some_and(|m| !m.is_none())
                || t.special(args[1], Special::GetItem).is_some();
            if !is_iterable {
                let name = type_of(args[1]).message_name();
                return Err(t.type_error(format!("can't extend bytearray with {name}")));
            }
            instruction::begin_for(t, array);
            let mut out = Vec::new();
            iter::for_each(t, args[1], |t, item| {
                out.push(byte_value(t, item)?);
                Ok(())
            })?;
            out
        }
    };
    t.acquire(array);
    // The argument may have changed the array's length: what it gives goes where the end was.
    let at = end.min(array.len());
    splice(t, array, at..at, &content)?;
    Ok(Value::NONE)
}

pub(super) fn insert(t: &mut Thread, args: &[Value]) -> PyResult {
    let i = number::index_as_i64(t, args[1])?;
    let byte = byte_value(t, args[2])?;
    let array = this(args[0]);
    t.acquire(array);
    let len = array.len() as i64;
    let at = if i < 0 { (i + len).max(0) } else { i.min(len) } as usize;
    splice(t, array, at..at, &[byte])?;
    Ok(Value::NONE)
}

pub(super) fn pop(t: &mut Thread, args: &[Value]) -> PyResult {
    let i = match args[1].given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => -1,
    };
    let array = this(args[0]);
    t.acquire(array);
    if array.is_empty() {
        return Err(t.index_error("pop from empty bytearray"));
    }
    let Some(i) = normalize(i, array.len()) else { return Err(t.index_error("pop index out of range")) };
    let byte = array.as_slice()[i];
    splice(t, array, i..i + 1, &[])?;
    Ok(Value::small(byte as i64))
}

pub(super) fn remove(t: &mut Thread, args: &[Value]) -> PyResult {
    let byte = byte_value(t, args[1])?;
    let array = this(args[0]);
    t.acquire(array);
    match array.as_slice().iter().position(|&b| b == byte) {
        Some(i) => {
            splice(t, array, i..i + 1, &[])?;
            Ok(Value::NONE)
        }
        None => Err(t.value_error("value not found in bytearray")),
    }
}

pub(super) fn reverse(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    t.acquire(array);
    let reversed: Vec<u8> = array.as_slice().iter().rev().copied().collect();
    let w = t.write(array);
    array.store(&w, 0, &reversed);
    Ok(Value::NONE)
}

pub(super) fn clear(t: &mut Thread, args: &[Value]) -> PyResult {
    replace_all(t, this(args[0]), &[])?;
    Ok(Value::NONE)
}

pub(super) fn resize(t: &mut Thread, args: &[Value]) -> PyResult {
    let size = number::index_as_i64(t, args[1])?;
    if size < 0 {
        return Err(t.value_error(format!("Can only resize to positive sizes, got {size}")));
    }
    let (array, size) = (this(args[0]), size as usize);
    if size > bytes::MAX_LEN {
        return Err(t.memory_error());
    }
    t.acquire(array);
    let len = array.len();
    if size == len {
        return Ok(Value::NONE);
    }
    check_resizable(t, array)?;
    if size < len {
        splice(t, array, size..len, &[])?;
    } else {
        append_bytes(t, array, &vec![0; size - len])?;
    }
    Ok(Value::NONE)
}
