//! Methods that lists have too, and `buffer_info`.

use pystm_vm::{
    atomic::instruction,
    builtins::{
        bytearray, int, list_methods, tuple,
        typed_array::{self, TypedArray},
    },
    error::PyResult,
    object::Ref,
    protocol::{compare, item::normalize, iter, number},
    thread::Thread,
    value::Value,
};

use super::{
    items::{bits, check_resizable, insert as insert_bits, splice},
    this,
};

/// The first index from `start` on, below `stop`, of an item equal to the value. The array is looked at anew after every
/// comparison.
fn find(
    t: &mut Thread,
    array: Ref<TypedArray>,
    value: Value,
    start: usize,
    stop: usize,
) -> PyResult<Option<usize>> {
    for i in start..stop {
        let Some(item) = typed_array::get(t, array, i)? else { break };
        if compare::equal(t, item, value)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

pub(super) fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(find(t, this(args[0]), args[1], 0, usize::MAX)?.is_some()))
}

pub(super) fn index(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let start = list_methods::search_bound(t, args[2], 0, array.len())?;
    let stop = list_methods::search_bound(t, args[3], i64::MAX, array.len())?;
    match find(t, array, args[1], start, stop)? {
        Some(i) => Ok(Value::small(i as i64)),
        None => Err(t.value_error("array.index(x): x not in array")),
    }
}

pub(super) fn count(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let (mut n, mut next) = (0, 0);
    while let Some(i) = find(t, array, args[1], next, usize::MAX)? {
        n += 1;
        next = i + 1;
    }
    Ok(Value::small(n))
}

pub(super) fn append(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let bits = bits(t, array.code(), args[1])?;
    let at = array.len();
    insert_bits(t, array, at, bits)?;
    Ok(Value::NONE)
}

pub(super) fn insert(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let i = number::index_as_i64(t, args[1])?;
    let bits = bits(t, array.code(), args[2])?;
    let len = array.len() as i64;
    let at = if i < 0 { i.saturating_add(len).max(0) } else { i.min(len) };
    insert_bits(t, array, at as usize, bits)?;
    Ok(Value::NONE)
}

pub(super) fn pop(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let i = match args[1].given() {
        Some(i) => number::index_as_i64(t, i)?,
        None => -1,
    };
    if array.is_empty() {
        return Err(t.index_error("pop from empty array"));
    }
    let Some(i) = normalize(i, array.len()) else { return Err(t.index_error("pop index out of range")) };
    let item = typed_array::get(t, array, i)?.unwrap_or(Value::NONE);
    splice(t, array, i..i + 1, &[])?;
    Ok(item)
}

pub(super) fn remove(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    match find(t, array, args[1], 0, usize::MAX)?.filter(|&i| i < array.len()) {
        Some(i) => splice(t, array, i..i + 1, &[]).map(|()| Value::NONE),
        None => Err(t.value_error("array.remove(x): x not in array")),
    }
}

pub(super) fn reverse(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let content = bytearray::to_vec(array.bytes());
    let reversed: Vec<u8> = content.chunks(array.code().size()).rev().flatten().copied().collect();
    let all = 0..array.len();
    splice(t, array, all, &reversed)?;
    Ok(Value::NONE)
}

pub(super) fn clear(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let all = 0..array.len();
    splice(t, array, all, &[])?;
    Ok(Value::NONE)
}

pub(super) fn extend(t: &mut Thread, args: &[Value]) -> PyResult {
    extend_from(t, this(args[0]), args[1])?;
    Ok(Value::NONE)
}

/// Appends the items of another array of the same type code, or of any iterable.
pub(super) fn extend_from(t: &mut Thread, array: Ref<TypedArray>, source: Value) -> PyResult<()> {
    if let Some(other) = source.cast::<TypedArray>() {
        if other.code() != array.code() {
            return Err(t.type_error("can only extend with array of same kind"));
        }
        check_resizable(t, array)?;
        let content = bytearray::to_vec(other.bytes());
        return bytearray::extend(t, array.bytes(), &content);
    }
    instruction::begin_for(t, array);
    instruction::begin_for(t, array.bytes());
    iter::for_each(t, source, |t, item| {
        let bits = bits(t, array.code(), item)?;
        let at = array.len();
        insert_bits(t, array, at, bits)
    })
}

pub(super) fn buffer_info(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let (address, len) = (array.bytes().as_slice().as_ptr() as u64, array.len());
    let address = int::from_u64(t, address);
    Ok(tuple::new_small(t, &[address, Value::small(len as i64)]))
}
