//! Operators of arrays, and copies.

use pystm_vm::{
    builtins::{
        bounds, bytearray,
        bytes::MAX_LEN,
        typed_array::{self, TypedArray},
    },
    error::PyResult,
    object::Ref,
    protocol::compare as compare_values,
    runtime::type_of,
    special::Compare,
    thread::Thread,
    value::Value,
};

use super::{
    from_bytes,
    items::{bad_argument, splice},
    methods::extend_from,
    this,
};

pub(super) fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let content = bytearray::to_vec(array.bytes());
    from_bytes(t, array.code(), &content)
}

pub(super) fn add(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let Some(other) = args[1].cast::<TypedArray>() else {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("can only append array (not \"{name}\") to array")));
    };
    if other.code() != array.code() {
        return Err(bad_argument(t));
    }
    let content = [array.bytes().as_slice(), other.bytes().as_slice()].concat();
    from_bytes(t, array.code(), &content)
}

pub(super) fn in_place_add(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].cast::<TypedArray>().is_none() {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("can only extend array with array (not \"{name}\")")));
    }
    extend_from(t, this(args[0]), args[1])?;
    Ok(args[0])
}

/// The bytes of the array repeated.
fn repeated(t: &mut Thread, array: Ref<TypedArray>, count: Value) -> PyResult<Vec<u8>> {
    let count = bounds::fitting(t, count)?;
    let (bytes, count) = (array.bytes(), count.max(0) as usize);
    match bytes.len().checked_mul(count) {
        Some(n) if n <= MAX_LEN => Ok(bytes.as_slice().repeat(count)),
        _ => Err(t.memory_error()),
    }
}

pub(super) fn mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let content = repeated(t, array, args[1])?;
    from_bytes(t, array.code(), &content)
}

pub(super) fn in_place_mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let content = repeated(t, array, args[1])?;
    let all = 0..array.len();
    splice(t, array, all, &content)?;
    Ok(args[0])
}

/// The comparison of the first items that differ, or else of the lengths.
pub(super) fn compare(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let Some(b) = args[1].cast::<TypedArray>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let a = this(args[0]);
    if matches!(op, Compare::Eq | Compare::Ne) {
        if a.len() != b.len() {
            return Ok(Value::bool(op == Compare::Ne));
        }
        if a.code() == b.code() && !a.code().is_float() {
            return Ok(Value::bool((a.bytes().as_slice() == b.bytes().as_slice()) == (op == Compare::Eq)));
        }
    }
    let mut i = 0;
    while let (Some(x), Some(y)) = (typed_array::get(t, a, i)?, typed_array::get(t, b, i)?) {
        if !compare_values::equal(t, x, y)? {
            return match op {
                Compare::Eq => Ok(Value::FALSE),
                Compare::Ne => Ok(Value::TRUE),
                _ => compare_values::compare(t, x, y, op),
            };
        }
        i += 1;
    }
    Ok(Value::bool(op.holds(a.len().cmp(&b.len()))))
}
