//! Iteration.

use crate::{
    atomic::instruction,
    builtins::{
        generator::{self, Generator, Step},
        list::List,
        set::Set,
        tuple::Tuple,
    },
    error::{Exc, PyResult},
    kind::Kind,
    object::Ref,
    protocol::{call, number},
    runtime::type_of,
    special::Special,
    thread::{RootVec, Thread},
    value::Value,
};

/// `iter(value)`
pub fn iter(t: &mut Thread, value: Value) -> PyResult {
    if let Some(method) = t.special(value, Special::Iter) {
        if method.is_none() {
            return Err(not_iterable(t, value));
        }
        let iterator = call::call_unbound(t, method, value, &[])?;
        if t.special(iterator, Special::Next).is_none() {
            let name = type_of(iterator).name();
            return Err(t.type_error(format!("iter() returned non-iterator of type '{name}'")));
        }
        return Ok(iterator);
    }
    if t.special(value, Special::GetItem).is_some()
        && value.cast::<crate::builtins::dict::Dict>().is_none()
        && crate::builtins::union_args(value).is_none()
    {
        return Ok(crate::builtins::iterators::sequence_iterator(t, value));
    }
    Err(not_iterable(t, value))
}

/// `iter(value)` for an operation that takes all items: with what it does besides it is one operation, as long as no Python code is
/// called.
pub fn consume(t: &mut Thread, value: Value) -> PyResult {
    let iterator = iter(t, value)?;
    instruction::begin_with(t, iterator);
    Ok(iterator)
}

#[cold]
fn not_iterable(t: &mut Thread, value: Value) -> crate::error::Raised {
    let name = type_of(value).name();
    t.type_error(format!("'{name}' object is not iterable"))
}

/// `next(iterator)`, or `None` at its end.
pub fn next(t: &mut Thread, iterator: Value) -> PyResult<Option<Value>> {
    // Native iterators of the core answer without an exception object.
    if let Some(result) = crate::builtins::iterators::next_native(t, iterator) {
        return result;
    }
    if let Some(g) = iterator.cast::<Generator>().filter(|g| g.is_plain()) {
        return Ok(match generator::send_generator(t, g, Value::NONE)? {
            Step::Yielded(value) => Some(value),
            Step::Returned(_) => None,
        });
    }
    let Some(method) = t.special(iterator, Special::Next) else {
        let name = type_of(iterator).name();
        return Err(t.type_error(format!("'{name}' object is not an iterator")));
    };
    match call::call_unbound(t, method, iterator, &[]) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            t.catch(raised, Exc::StopIteration)?;
            Ok(None)
        }
    }
}

/// Calls `f` with every item of an iterable, in order. Lists, tuples and sets are walked without an iterator object.
pub fn for_each(
    t: &mut Thread,
    iterable: Value,
    mut f: impl FnMut(&mut Thread, Value) -> PyResult<()>,
) -> PyResult<()> {
    any(t, iterable, |t, item| f(t, item).map(|()| false)).map(|_| ())
}

/// Calls `f` with the items of an iterable, in order, until it says that it has seen enough; whether it has.
pub fn any(
    t: &mut Thread,
    iterable: Value,
    mut f: impl FnMut(&mut Thread, Value) -> PyResult<bool>,
) -> PyResult<bool> {
    if let Some(o) = iterable.object() {
        if o.header.shape() == Kind::List.shape() {
            let list = Ref::<List>::known(iterable);
            let mut i = 0;
            while let Some(item) = list.get(i) {
                if f(t, item)? {
                    return Ok(true);
                }
                i += 1;
            }
            return Ok(false);
        }
        if o.header.shape() == Kind::Tuple.shape() {
            for slot in Ref::<Tuple>::known(iterable).items() {
                if f(t, slot.get())? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if o.header.shape() == Kind::Set.shape() || o.header.shape() == Kind::FrozenSet.shape() {
            let set = Ref::<Set>::known(iterable);
            let (used, mut position) = (set.len(), 0);
            while let Some((e, item, _)) = set.unchanged_entry_from(t, position, used)? {
                if f(t, item)? {
                    return Ok(true);
                }
                position = e + 1;
            }
            return Ok(false);
        }
    }
    let iterator = consume(t, iterable)?;
    while let Some(item) = next(t, iterator)? {
        if f(t, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// All items of an iterable.
pub fn collect(t: &mut Thread, iterable: Value) -> PyResult<RootVec> {
    let mut items = t.vec();
    for_each(t, iterable, |_, item| {
        items.push(item);
        Ok(())
    })?;
    Ok(items)
}

/// `operator.length_hint(value, default)`
pub fn length_hint(t: &mut Thread, value: Value, default: usize) -> PyResult<usize> {
    if t.special(value, Special::Len).is_some() {
        match super::truth::len(t, value) {
            Ok(n) => return Ok(n),
            Err(raised) => {
                t.catch(raised, Exc::TypeError)?;
            }
        }
    }
    let Some(method) = t.special(value, Special::LengthHint) else { return Ok(default) };
    let result = match call::call_unbound(t, method, value, &[]) {
        Ok(v) => v,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            return Ok(default);
        }
    };
    if result == Value::NOT_IMPLEMENTED {
        return Ok(default);
    }
    if crate::builtins::int::as_int(result).is_none() {
        let name = type_of(result).name();
        return Err(t.type_error(format!("__length_hint__ must be an integer, not {name}")));
    }
    match number::index_as_i64(t, result)? {
        n if n >= 0 => Ok(n as usize),
        _ => Err(t.value_error("__length_hint__() should return >= 0")),
    }
}
