//! Subscription.

use crate::{
    builtins::{
        bounds,
        bytearray::ByteArray,
        bytes::{self, Bytes},
        dict::{self, Dict},
        dict_methods,
        list::{self, List},
        set,
        slice::{self, Slice},
        str::{self, Str},
        tuple::{self, Tuple},
        typed_array::{self, TypedArray},
        typeobj::{HEAP, Type},
    },
    error::PyResult,
    kind::Kind,
    object::Ref,
    protocol::{attr, call, compare, iter, truth},
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

/// Index into a sequence of this length: negative ones count from the end; `None` if out of range.
#[inline(always)]
pub fn normalize(index: i64, len: usize) -> Option<usize> {
    let i = if index < 0 { index + len as i64 } else { index };
    (i >= 0 && (i as usize) < len).then_some(i as usize)
}

/// `object[key]`
pub fn getitem(t: &mut Thread, object: Value, key: Value) -> PyResult {
    if let Some(o) = object.object() {
        let shape = o.header.shape();
        if shape == Kind::Dict.shape() {
            let dict = Ref::<Dict>::known(object);
            return match dict::get(t, dict, key)? {
                Some(v) => Ok(v),
                None => Err(t.key_error(key)),
            };
        }
        if let Some(i) = key.as_small() {
            if shape == Kind::List.shape() {
                return match list::get(t, Ref::known(object), i) {
                    Some(v) => Ok(v),
                    None => Err(t.index_error("list index out of range")),
                };
            } else if shape == Kind::Tuple.shape() {
                let tuple = Ref::<Tuple>::known(object);
                return match normalize(i, tuple.len()) {
                    Some(i) => Ok(tuple.at(i)),
                    None => Err(t.index_error("tuple index out of range")),
                };
            } else if shape == Kind::Str.shape() {
                let s = Ref::<Str>::known(object);
                return match normalize(i, s.len()) {
                    Some(i) => Ok(Str::from_char(t, s.code_point(i))),
                    None => Err(t.index_error("string index out of range")),
                };
            } else if shape == Kind::TypedArray.shape() {
                let array = Ref::<TypedArray>::known(object);
                if let Some(v) = typed_array::get_now(t, array, i) {
                    return Ok(v);
                }
                if let Some(v) = normalize(i, array.len()).and_then(|i| array.immediate(i)) {
                    return Ok(v);
                }
            } else if shape == Kind::Bytes.shape() {
                let bytes = Ref::<Bytes>::known(object);
                if let Some(i) = normalize(i, bytes.len()) {
                    return Ok(Value::small(bytes.as_slice()[i] as i64));
                }
            } else if shape == Kind::ByteArray.shape() {
                let array = Ref::<ByteArray>::known(object);
                if let Some(byte) = normalize(i, array.len()).and_then(|i| array.load(i, 1)) {
                    return Ok(Value::small(byte as i64));
                }
            }
        }
    }
    if let Some(slice) = key.cast::<Slice>().filter(|slice| slice.step().is_none())
        && let Some(part) = part_of(t, object, slice.start(), slice.stop())
    {
        return part;
    }
    if let Some(method) = t.special(object, Special::GetItem) {
        if object.cast::<Dict>().is_some() && is_of_dicts(t, method, Special::GetItem) {
            return dict_methods::getitem(t, &[object, key]);
        }
        return call::call_unbound(t, method, object, &[key]);
    }
    if object.cast::<Type>().is_some() {
        if object == crate::builtins::typeobj::class().value() {
            return Ok(crate::builtins::generic_alias(t, object, key));
        }
        if let Some(method) = attr::find_attr(t, object, "__class_getitem__")?.filter(|m| !m.is_none()) {
            return call::call(t, method, &[key]);
        }
        let name = Ref::<Type>::known(object).name();
        return Err(t.type_error(format!("type '{name}' is not subscriptable")));
    }
    let name = type_of(object).name();
    Err(t.type_error(format!("'{name}' object is not subscriptable")))
}

/// Whether a special method is the one of `dict`, which subclasses mostly inherit.
#[inline]
fn is_of_dicts(t: &mut Thread, method: Value, special: Special) -> bool {
    class_of_kind(Kind::Dict).special(t, special as usize) == Some(method)
}

/// `object[key] = value`
pub fn setitem(t: &mut Thread, object: Value, key: Value, value: Value) -> PyResult<()> {
    if let Some(o) = object.object() {
        let shape = o.header.shape();
        if shape == Kind::Dict.shape() {
            return dict::set(t, Ref::known(object), key, value);
        }
        if shape == Kind::TypedArray.shape()
            && let Some(i) = key.as_small()
        {
            let array = Ref::<TypedArray>::known(object);
            if typed_array::set_now(t, array, i, value)
                || normalize(i, array.len()).is_some_and(|i| array.set_easily(t, i, value))
            {
                return Ok(());
            }
        }
        if shape == Kind::ByteArray.shape()
            && let (Some(i), Some(byte @ 0..256)) = (key.as_small(), value.as_small())
        {
            let array = Ref::<ByteArray>::known(object);
            if let Some(i) = normalize(i, array.len()) {
                let w = t.write(array);
                array.store_bits(&w, i, 1, byte as u64);
                return Ok(());
            }
        }
        if shape == Kind::List.shape()
            && let Some(i) = key.as_small()
        {
            return match list::set(t, Ref::known(object), i, value) {
                true => Ok(()),
                false => Err(t.index_error("list assignment index out of range")),
            };
        }
        if let Some(slice) = key.cast::<Slice>().filter(|slice| slice.step().is_none())
            && let Some(result) = assign_part(t, object, slice.start(), slice.stop(), value)
        {
            return result;
        }
    }
    match t.special(object, Special::SetItem) {
        Some(method) if object.cast::<Dict>().is_some() && is_of_dicts(t, method, Special::SetItem) => {
            dict::set(t, Ref::known(object), key, value)
        }
        Some(method) => call::call_unbound(t, method, object, &[key, value]).map(|_| ()),
        None => {
            let name = type_of(object).name();
            Err(t.type_error(format!("'{name}' object does not support item assignment")))
        }
    }
}

/// Start and stop of a slice with step 1 of a sequence of this length, if each is a small int or None.
#[inline]
pub fn simple_bounds(start: Value, stop: Value, len: usize) -> Option<(usize, usize)> {
    let clamp = |bound: Value, missing: usize| {
        if bound.is_none() {
            return Some(missing);
        }
        let i = bound.as_small()?;
        Some((if i < 0 { i + len as i64 } else { i }).clamp(0, len as i64) as usize)
    };
    Some((clamp(start, 0)?, clamp(stop, len)?))
}

/// As [`simple_bounds`], the indices selected.
#[inline]
fn simple_range(start: Value, stop: Value, len: usize) -> Option<std::ops::Range<usize>> {
    simple_bounds(start, stop, len).map(|(start, stop)| start..stop.max(start))
}

/// `object[start:stop]` of a list, str, tuple or bytes object, if the bounds are small ints or None.
#[inline]
fn part_of(t: &mut Thread, object: Value, start: Value, stop: Value) -> Option<PyResult> {
    let shape = object.object()?.header.shape();
    if shape == Kind::List.shape() {
        let list = Ref::<List>::known(object);
        let range = simple_range(start, stop, list.len())?;
        return Some(list::copy_range(t, list, range));
    }
    if shape == Kind::Str.shape() {
        let s = Ref::<Str>::known(object);
        let range = simple_range(start, stop, s.len())?;
        return Some(str::slice_of(t, s, range));
    }
    if shape == Kind::Tuple.shape() {
        let tuple = Ref::<Tuple>::known(object);
        let range = simple_range(start, stop, tuple.len())?;
        let whole = range.len() == tuple.len();
        return Some(if whole { Ok(object) } else { tuple::new(t, &tuple.values()[range]) });
    }
    if shape == Kind::Bytes.shape() {
        let bytes = Ref::<Bytes>::known(object);
        let range = simple_range(start, stop, bytes.len())?;
        let whole = range.len() == bytes.len();
        return Some(if whole { Ok(object) } else { bytes::new(t, &bytes.as_slice()[range]) });
    }
    None
}

/// `object[start:stop]`
pub fn getslice(t: &mut Thread, object: Value, start: Value, stop: Value) -> PyResult {
    if let Some(part) = part_of(t, object, start, stop) {
        return part;
    }
    let key = slice::new(t, start, stop, Value::NONE);
    getitem(t, object, key)
}

/// `object[start:stop] = value` of lists, if the bounds are small ints or None.
#[inline]
fn assign_part(
    t: &mut Thread,
    object: Value,
    start: Value,
    stop: Value,
    value: Value,
) -> Option<PyResult<()>> {
    let (list, source) = (list::exact(object)?, list::exact(value)?);
    let range = simple_range(start, stop, list.len())?;
    Some(list::assign_range(t, list, range, source))
}

/// `object[start:stop] = value`
pub fn setslice(t: &mut Thread, object: Value, start: Value, stop: Value, value: Value) -> PyResult<()> {
    if let Some(result) = assign_part(t, object, start, stop, value) {
        return result;
    }
    let key = slice::new(t, start, stop, Value::NONE);
    setitem(t, object, key, value)
}

/// `del object[key]`
pub fn delitem(t: &mut Thread, object: Value, key: Value) -> PyResult<()> {
    match t.special(object, Special::DelItem) {
        Some(method) => call::call_unbound(t, method, object, &[key]).map(|_| ()),
        None => {
            // Sequences that are asked for an index have words of their own.
            let verb =
                if bounds::is_index(t, key) && is_sequence(t, object) { "doesn't" } else { "does not" };
            let name = type_of(object).name();
            Err(t.type_error(format!("'{name}' object {verb} support item deletion")))
        }
    }
}

/// Whether the type has methods of sequences, as `__contains__` is one.
fn is_sequence(t: &mut Thread, object: Value) -> bool {
    type_of(object).has(HEAP)
        || [Special::Len, Special::Contains].iter().any(|&s| t.special(object, s).is_some())
}

/// `item in container`
pub fn contains(t: &mut Thread, container: Value, item: Value) -> PyResult<bool> {
    if let Some(o) = container.object() {
        let shape = o.header.shape();
        if shape == Kind::Dict.shape() {
            return dict::contains(t, Ref::known(container), item);
        }
        if shape == Kind::List.shape() {
            let list = Ref::<List>::known(container);
            let mut i = 0;
            while let Some(v) = list.get(i) {
                if compare::equal(t, v, item)? {
                    return Ok(true);
                }
                i += 1;
            }
            return Ok(false);
        }
        if shape == Kind::Tuple.shape() {
            for slot in Ref::<Tuple>::known(container).items() {
                if compare::equal(t, slot.get(), item)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        // A set, which has no hash, may be looked for too: the method does that.
        if (shape == Kind::Set.shape() || shape == Kind::FrozenSet.shape()) && !set::is_set(item) {
            return set::contains(t, Ref::known(container), item);
        }
        if shape == Kind::Str.shape() && str::is_exact(item) {
            return Ok(Ref::<Str>::known(container).contains(Ref::known(item)));
        }
    }
    if let Some(method) = t.special(container, Special::Contains) {
        if method.is_none() {
            let name = type_of(container).name();
            return Err(t.type_error(format!("'{name}' object is not a container")));
        }
        let result = call::call_unbound(t, method, container, &[item])?;
        return truth::is_true(t, result);
    }
    if t.special(container, Special::Iter).is_none() && t.special(container, Special::GetItem).is_none() {
        let name = type_of(container).name();
        return Err(t.type_error(format!("argument of type '{name}' is not a container or iterable")));
    }
    let iterator = iter::consume(t, container)?;
    while let Some(v) = iter::next(t, iterator)? {
        if compare::equal(t, v, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
