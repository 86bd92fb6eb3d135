//! Truth values and lengths.

use num_traits::Signed;

use crate::{
    builtins::{
        bounds, dict, int,
        list::{self, List},
        str::Str,
        tuple::Tuple,
        typeobj::Type,
    },
    error::PyResult,
    kind::Kind,
    object::Ref,
    protocol::call,
    runtime::type_of,
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `bool(value)`
#[inline]
pub fn is_true(t: &mut Thread, value: Value) -> PyResult<bool> {
    match value {
        Value::TRUE => Ok(true),
        Value::FALSE | Value::NONE | Value::ZERO => Ok(false),
        v if v.is_small() => Ok(true),
        v if v.is_immediate_float() => Ok(v.immediate_float() != 0.0),
        v => is_true_slow(t, v),
    }
}

/// The truth value of what tells it at once: no call is needed.
#[inline(always)]
pub fn quick(t: &Thread, value: Value) -> Option<bool> {
    match value {
        Value::TRUE => return Some(true),
        Value::FALSE | Value::NONE => return Some(false),
        v if v.is_small() => return Some(v != Value::ZERO),
        _ => {}
    }
    let object = value.object()?;
    let id = object.header.shape();
    if id == Kind::Str.shape() {
        return Some(!Ref::<Str>::known(value).is_empty());
    }
    if id == Kind::Tuple.shape() {
        return Some(!Ref::<Tuple>::known(value).is_empty());
    }
    if t.own.owns_with_shape(object, Kind::List.shape()) {
        // SAFETY: the thread may read the list.
        return Some(!unsafe { Ref::<List>::known(value).peek() }.is_empty());
    }
    let shape = shape::shape(id);
    let plain = shape.kind == Kind::Object && {
        let class = Ref::<Type>::known(shape.class());
        class.lacks(Special::Bool) && class.lacks(Special::Len)
    };
    plain.then_some(true)
}

#[inline(never)]
fn is_true_slow(t: &mut Thread, value: Value) -> PyResult<bool> {
    if let Some(o) = value.object() {
        let shape = o.header.shape();
        if shape == Kind::Str.shape() {
            return Ok(!Ref::<Str>::known(value).is_empty());
        } else if shape == Kind::List.shape() {
            return Ok(list::len(t, Ref::known(value)) != 0);
        } else if shape == Kind::Dict.shape() {
            return Ok(dict::len(t, Ref::known(value)) > 0);
        } else if shape == Kind::Tuple.shape() {
            return Ok(!Ref::<Tuple>::known(value).is_empty());
        }
    }
    if let Some(method) = t.special(value, Special::Bool) {
        let result = call::call_unbound(t, method, value, &[])?;
        return match result {
            Value::TRUE => Ok(true),
            Value::FALSE => Ok(false),
            other => {
                let name = type_of(other).name();
                Err(t.type_error(format!("__bool__ should return bool, returned {name}")))
            }
        };
    }
    if t.special(value, Special::Len).is_some() {
        return Ok(len(t, value)? != 0);
    }
    Ok(true)
}

/// `len(value)`
pub fn len(t: &mut Thread, value: Value) -> PyResult<usize> {
    if let Some(o) = value.object() {
        let shape = o.header.shape();
        if shape == Kind::List.shape() {
            return Ok(list::len(t, Ref::known(value)));
        } else if shape == Kind::Str.shape() {
            return Ok(Ref::<Str>::known(value).len());
        } else if shape == Kind::Dict.shape() {
            return Ok(dict::len(t, Ref::known(value)));
        } else if shape == Kind::Tuple.shape() {
            return Ok(Ref::<Tuple>::known(value).len());
        }
    }
    let Some(method) = t.special(value, Special::Len) else {
        let name = type_of(value).name();
        return Err(t.type_error(format!("object of type '{name}' has no len()")));
    };
    let result = call::call_unbound(t, method, value, &[])?;
    let index = super::number::index(t, result)?;
    match index.as_small() {
        Some(n) if n >= 0 => Ok(n as usize),
        None if !int::to_bigint(index).is_negative() => bounds::fitting(t, index).map(|n| n as usize),
        _ => Err(t.value_error("__len__() should return >= 0")),
    }
}
