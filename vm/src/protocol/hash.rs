//! `hash`.

use crate::{
    builtins::{
        float, int, object,
        str::{self, Str},
        tuple::{self, Tuple},
    },
    error::PyResult,
    kind::Kind,
    object::Ref,
    protocol::call,
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

/// `hash(value)` as the 64 bits of Python's signed result.
#[inline]
pub fn hash(t: &mut Thread, value: Value) -> PyResult<u64> {
    if str::is_exact(value) {
        return Ok(Ref::<Str>::known(value).hash(t));
    }
    if value.is_small() {
        return Ok(int::hash_small(value.small_value()) as u64);
    }
    hash_slow(t, value)
}

#[inline(never)]
fn hash_slow(t: &mut Thread, value: Value) -> PyResult<u64> {
    if tuple::is_exact(value) {
        return Ok(Ref::<Tuple>::known(value).hash(t)? as u64);
    }
    if let Some(f) = float::as_exact(value) {
        return Ok(float::hash(f, value) as u64);
    }
    if let Some(n) = int::as_exact_int(value) {
        return Ok(n.hash() as u64);
    }
    t.check_native_stack()?;
    let method = t.special(value, Special::Hash).filter(|m| !m.is_none());
    let Some(method) = method else {
        let name = type_of(value).message_name();
        return Err(t.type_error(format!("unhashable type: '{name}'")));
    };
    // What subclasses inherit from `object` and `tuple` is asked of the value at once.
    if let Some(items) = value.cast::<Tuple>()
        && Some(method) == class_of_kind(Kind::Tuple).special(t, Special::Hash as usize)
    {
        return Ok(items.hash(t)? as u64);
    }
    if Some(method) == class_of_kind(Kind::Object).special(t, Special::Hash as usize) {
        return Ok(object::identity_hash(value).small_value() as u64);
    }
    let result = call::call_unbound(t, method, value, &[])?;
    if let Some(n) = result.as_small() {
        return Ok(if n == -1 { -2i64 as u64 } else { n as u64 });
    }
    match int::as_bigint(result) {
        Some(_) => Ok(int::hash_of_hash(result) as u64),
        None if result.is_bool() => Ok((result == Value::TRUE) as u64),
        None => Err(t.type_error("__hash__ method should return an integer")),
    }
}
