//! Equality, hash, `index` and `count` of memoryviews.

use super::{MemoryView, check, copy_bytes, format::Code, items};
use crate::{
    builtins::{bounds, buffer, int, str::hash_bytes},
    error::{Exc, PyResult},
    object::Ref,
    protocol::compare,
    thread::Thread,
    value::Value,
};

pub(super) fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    match equal(t, args[0], args[1])? {
        Some(same) => Ok(Value::bool(same)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

pub(super) fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    match equal(t, args[0], args[1])? {
        Some(same) => Ok(Value::bool(!same)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn equal(t: &mut Thread, a: Value, b: Value) -> PyResult<Option<bool>> {
    let view = Ref::<MemoryView>::known(a);
    if view.is_released() {
        return Ok(Some(a == b));
    }
    let (other, made) = match b.cast::<MemoryView>() {
        Some(other) if other.is_released() => return Ok(Some(false)),
        Some(other) => (other, false),
        None if buffer::is_bytes_like(t, b) => {
            let made = super::from_object(t, b)?;
            (Ref::<MemoryView>::known(made), true)
        }
        None => return Ok(None),
    };
    let result = equal_views(t, view, other);
    if made {
        super::release(t, other)?;
    }
    result.map(Some)
}

fn equal_views(t: &mut Thread, a: Ref<MemoryView>, b: Ref<MemoryView>) -> PyResult<bool> {
    if a.shape() != b.shape() {
        return Ok(false);
    }
    let (format_a, format_b) = (a.format(), b.format());
    let codes = (Code::parse(&format_a), Code::parse(&format_b));
    if let (Some(x), Some(y)) = codes {
        if x == y && x.compares_bytewise() {
            return Ok(copy_bytes(a) == copy_bytes(b));
        }
        let (xs, ys) = (items::values(t, a)?, items::values(t, b)?);
        for (&x, &y) in xs.iter().zip(ys.iter()) {
            // A float that is no number differs from itself.
            if !compare::holds(t, x, y, crate::special::Compare::Eq)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    // Formats that only `struct` understands: equal formats and bytes are as good as it gets here.
    Ok(format_a == format_b && copy_bytes(a) == copy_bytes(b))
}

pub(super) fn hash(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = Ref::<MemoryView>::known(args[0]);
    let known = view.hash.get();
    if known != 0 {
        return Ok(int::from_i64(t, known as i64));
    }
    check(t, view)?;
    if !view.is_readonly() {
        return Err(t.value_error("cannot hash writable memoryview object"));
    }
    if !Code::parse(&view.format()).is_some_and(Code::is_byte) {
        return Err(t.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    let owner = view.owner.get();
    let _pin = buffer::pin(t, args[0]);
    crate::protocol::hash::hash(t, owner)?;
    let bytes = copy_bytes(view);
    let h = hash_bytes(t, &bytes);
    let w = t.write(view);
    view.hash.set(&w, h);
    Ok(int::from_i64(t, h as i64))
}

pub(super) fn count(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = Ref::<MemoryView>::known(args[0]);
    check(t, view)?;
    one_dimension(t, view)?;
    let items = items::values(t, view)?;
    let mut count = 0;
    for &item in items.iter() {
        count += i64::from(compare::equal(t, item, args[1])?);
    }
    Ok(Value::small(count))
}

pub(super) fn index(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = Ref::<MemoryView>::known(args[0]);
    check(t, view)?;
    one_dimension(t, view)?;
    let items = items::values(t, view)?;
    let (start, end) = bounds::bounds(t, args[2], args[3], || items.len())?;
    for i in start..end {
        if compare::equal(t, items[i], args[1])? {
            return Ok(Value::small(i as i64));
        }
    }
    Err(t.value_error("memoryview.index(x): x not found"))
}

/// The methods of sequences are for views of one dimension.
fn one_dimension(t: &mut Thread, view: Ref<MemoryView>) -> PyResult<()> {
    match view.ndim() {
        0 => Err(t.type_error("invalid lookup on 0-dim memory")),
        1 => Ok(()),
        _ => Err(t.raise(Exc::NotImplementedError, "multi-dimensional lookup is not implemented")),
    }
}
