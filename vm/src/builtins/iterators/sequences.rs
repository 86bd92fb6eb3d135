//! Iterators over lists, tuples and other sequences by index, forwards and backwards, and over the results of a
//! callable.

use crate::{
    builtins::{
        container::{builtin, class_getitem},
        iterators::{ITER, NEXT},
        list::{self, List},
        tuple,
        typeobj::Type,
    },
    error::{Exc, PyResult},
    native::{NO_CONSTRUCTOR, SUBCLASSABLE, TypeDef, class_method, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{call, compare, item, truth},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

// Values of all iterators over sequences.
const SEQUENCE: usize = 0;
const INDEX: usize = 1;

static LIST_ITERATOR: TypeDef = record::def(
    "list_iterator",
    "",
    NO_CONSTRUCTOR,
    &[
        ITER,
        NEXT,
        method("__length_hint__", "($self, /)", list_length_hint, "Number of items left."),
        method("__reduce__", "($self, /)", list_reduce, "State for pickling."),
        method("__setstate__", "($self, state, /)", set_state, "Sets the position."),
    ],
);

static LIST_REVERSE_ITERATOR: TypeDef = record::def(
    "list_reverseiterator",
    "",
    NO_CONSTRUCTOR,
    &[
        ITER,
        NEXT,
        method("__length_hint__", "($self, /)", reverse_length_hint, "Number of items left."),
        method("__reduce__", "($self, /)", reverse_reduce, "State for pickling."),
        method("__setstate__", "($self, state, /)", reverse_set_state, "Sets the position."),
    ],
);

static TUPLE_ITERATOR: TypeDef = record::def(
    "tuple_iterator",
    "",
    NO_CONSTRUCTOR,
    &[
        ITER,
        NEXT,
        method("__length_hint__", "($self, /)", tuple_length_hint, "Number of items left."),
        method("__reduce__", "($self, /)", sequence_reduce, "State for pickling."),
        method("__setstate__", "($self, state, /)", set_state, "Sets the position."),
    ],
);

static SEQUENCE_ITERATOR: TypeDef = record::def(
    "iterator",
    "",
    NO_CONSTRUCTOR,
    &[
        ITER,
        NEXT,
        method("__length_hint__", "($self, /)", sequence_length_hint, "Number of items left."),
        method("__reduce__", "($self, /)", sequence_reduce, "State for pickling."),
        method("__setstate__", "($self, state, /)", set_state, "Sets the position."),
    ],
);

static CALLABLE_ITERATOR: TypeDef = record::def(
    "callable_iterator",
    "",
    NO_CONSTRUCTOR,
    &[ITER, NEXT, method("__reduce__", "($self, /)", callable_reduce, "State for pickling.")],
);

/// `reversed`
pub static REVERSED_DEF: TypeDef = record::def(
    "reversed",
    "reversed(object, /)\n--\n\nAn iterator over the items of a sequence from the last to the first.",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, object, /)", reversed_new, "Makes a reverse iterator."),
        ITER,
        NEXT,
        method("__length_hint__", "($self, /)", reversed_length_hint, "Number of items left."),
        method("__reduce__", "($self, /)", reversed_reduce, "State for pickling."),
        method("__setstate__", "($self, state, /)", reversed_set_state, "Sets the position."),
        class_method("__class_getitem__", "($cls, object, /)", class_getitem, "reversed[object]"),
    ],
);

fn this(args: &[Value]) -> Ref<Record> {
    Ref::known(args[0])
}

/// `iter(list)`
pub fn list_iterator(t: &mut Thread, list: Ref<List>) -> Value {
    record::new(t, &LIST_ITERATOR, Some(list_next), &[list.value(), Value::ZERO])
}

fn list_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(list) = it.get(SEQUENCE).cast::<List>() else { return Ok(None) };
    let index = it.get_int(INDEX);
    let item = list::get(t, list, index);
    match item {
        Some(_) => it.set_int(t, INDEX, index + 1),
        None => it.set(t, SEQUENCE, Value::UNSET),
    }
    Ok(item)
}

fn list_length_hint(_t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    let len = it.get(SEQUENCE).cast::<List>().map_or(0, |l| l.len() as i64 - it.get_int(INDEX));
    Ok(Value::small(len.max(0)))
}

fn list_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    let sequence = match it.get(SEQUENCE).given() {
        Some(list) => list,
        None => {
            let empty = list::new(t, &[]);
            return reduced(t, "iter", empty, None);
        }
    };
    reduced(t, "iter", sequence, Some(it.get_int(INDEX)))
}

/// `(function, (sequence,))` or `(function, (sequence,), index)`
fn reduced(t: &mut Thread, function: &str, sequence: Value, index: Option<i64>) -> PyResult {
    let function = builtin(t, function)?;
    let arguments = tuple::new_small(t, &[sequence]);
    match index {
        Some(i) => Ok(tuple::new_small(t, &[function, arguments, Value::small(i)])),
        None => Ok(tuple::new_small(t, &[function, arguments])),
    }
}

fn set_state(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = state_index(t, args[1])?;
    this(args).set_int(t, INDEX, state.max(0));
    Ok(Value::NONE)
}

/// The index in a pickled state.
fn state_index(t: &mut Thread, state: Value) -> PyResult<i64> {
    if super::super::int::as_int(state).is_none() {
        return Err(t.type_error("an integer is required"));
    }
    let n = crate::protocol::number::index_as_i64(t, state)?;
    Ok(n.clamp(Value::INT_MIN, Value::INT_MAX))
}

/// `reversed(list)`
pub fn list_reverse_iterator(t: &mut Thread, list: Ref<List>) -> Value {
    let last = list.len() as i64 - 1;
    record::new(t, &LIST_REVERSE_ITERATOR, Some(list_reverse_next), &[list.value(), Value::small(last)])
}

fn list_reverse_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(list) = it.get(SEQUENCE).cast::<List>() else { return Ok(None) };
    let index = it.get_int(INDEX);
    let item = if index >= 0 { list.get(index as usize) } else { None };
    match item {
        Some(_) => it.set_int(t, INDEX, index - 1),
        None => {
            it.set_int(t, INDEX, -1);
            it.set(t, SEQUENCE, Value::UNSET);
        }
    }
    Ok(item)
}

fn reverse_length_hint(_t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    let left = it.get_int(INDEX) + 1;
    let in_range = it.get(SEQUENCE).cast::<List>().is_some_and(|l| l.len() as i64 >= left);
    Ok(Value::small(if in_range { left } else { 0 }))
}

fn reverse_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    match it.get(SEQUENCE).given() {
        Some(list) => reduced(t, "reversed", list, Some(it.get_int(INDEX))),
        None => {
            let empty = list::new(t, &[]);
            reduced(t, "iter", empty, None)
        }
    }
}

fn reverse_set_state(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = state_index(t, args[1])?;
    let it = this(args);
    if let Some(list) = it.get(SEQUENCE).cast::<List>() {
        it.set_int(t, INDEX, state.clamp(-1, list.len() as i64 - 1));
    }
    Ok(Value::NONE)
}

/// `iter(tuple)`; the tuple may be of a subclass.
pub fn tuple_iterator(t: &mut Thread, tuple: Value) -> Value {
    record::new(t, &TUPLE_ITERATOR, Some(tuple_next), &[tuple, Value::ZERO])
}

fn tuple_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let sequence = it.get(SEQUENCE);
    if sequence.is_unset() {
        return Ok(None);
    }
    let index = it.get_int(INDEX);
    let item = sequence.as_tuple().and_then(|s| s.items().get(index as usize).map(|s| s.get()));
    match item {
        Some(_) => it.set_int(t, INDEX, index + 1),
        None => it.set(t, SEQUENCE, Value::UNSET),
    }
    Ok(item)
}

fn tuple_length_hint(_t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    let sequence = it.get(SEQUENCE).given().and_then(|s| s.as_tuple());
    let len = sequence.map_or(0, |s| s.len() as i64 - it.get_int(INDEX));
    Ok(Value::small(len.max(0)))
}

fn sequence_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    match it.get(SEQUENCE).given() {
        Some(sequence) => reduced(t, "iter", sequence, Some(it.get_int(INDEX))),
        None => {
            let empty = tuple::new_small(t, &[]);
            reduced(t, "iter", empty, None)
        }
    }
}

/// `iter(value)` of a value that only has `__getitem__`.
pub fn sequence_iterator(t: &mut Thread, sequence: Value) -> Value {
    record::new(t, &SEQUENCE_ITERATOR, Some(sequence_next), &[sequence, Value::ZERO])
}

/// `sequence[index]`, `None` on IndexError and StopIteration.
fn item_or_end(t: &mut Thread, sequence: Value, index: i64) -> PyResult<Option<Value>> {
    match item::getitem(t, sequence, Value::small(index)) {
        Ok(item) => Ok(Some(item)),
        Err(raised) if t.pending_is(Exc::IndexError) || t.pending_is(Exc::StopIteration) => {
            t.take_exception(raised);
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

fn sequence_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let sequence = it.get(SEQUENCE);
    if sequence.is_unset() {
        return Ok(None);
    }
    let index = it.get_int(INDEX);
    if index == Value::INT_MAX {
        return Err(t.overflow_error("iter index too large"));
    }
    let item = item_or_end(t, sequence, index)?;
    match item {
        Some(_) => it.set_int(t, INDEX, index + 1),
        None => it.set(t, SEQUENCE, Value::UNSET),
    }
    Ok(item)
}

fn sequence_length_hint(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    let sequence = it.get(SEQUENCE);
    if sequence.is_unset() {
        return Ok(Value::ZERO);
    }
    if t.special(sequence, Special::Len).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let len = truth::len(t, sequence)? as i64 - it.get_int(INDEX);
    Ok(Value::small(len.max(0)))
}

/// `iter(callable, sentinel)`
pub fn callable_iterator(t: &mut Thread, callable: Value, sentinel: Value) -> Value {
    record::new(t, &CALLABLE_ITERATOR, Some(callable_next), &[callable, sentinel])
}

fn callable_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let callable = it.get(0);
    if callable.is_unset() {
        return Ok(None);
    }
    match call::call(t, callable, &[]) {
        Ok(result) => {
            // The call may have ended this iterator.
            let sentinel = it.get(1);
            if !sentinel.is_unset() && !compare::equal(t, sentinel, result)? {
                return Ok(Some(result));
            }
        }
        Err(raised) => {
            t.catch(raised, Exc::StopIteration)?;
        }
    }
    it.set(t, 0, Value::UNSET);
    it.set(t, 1, Value::UNSET);
    Ok(None)
}

fn callable_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    if it.get(0).is_unset() {
        let empty = tuple::new_small(t, &[]);
        return reduced(t, "iter", empty, None);
    }
    let function = builtin(t, "iter")?;
    let arguments = tuple::new_small(t, &[it.get(0), it.get(1)]);
    Ok(tuple::new_small(t, &[function, arguments]))
}

fn reversed_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<Type> = Ref::known(args[0]);
    let sequence = args[1];
    let method = t.special(sequence, Special::Reversed);
    if let Some(method) = method.filter(|m| !m.is_none()) {
        return call::call_unbound(t, method, sequence, &[]);
    }
    let is_sequence = t.special(sequence, Special::GetItem).is_some()
        && t.special(sequence, Special::Len).is_some()
        && sequence.cast::<super::super::dict::Dict>().is_none();
    if method.is_some() || !is_sequence {
        let name = type_of(sequence).name();
        return Err(t.type_error(format!("'{name}' object is not reversible")));
    }
    let last = truth::len(t, sequence)? as i64 - 1;
    Ok(record::new_of_class(t, class, Some(reversed_next), &[sequence, Value::small(last)]))
}

fn reversed_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let sequence = it.get(SEQUENCE);
    let index = it.get_int(INDEX);
    if index < 0 || sequence.is_unset() {
        return Ok(None);
    }
    let item = match item_or_end(t, sequence, index) {
        Ok(Some(item)) => {
            it.set_int(t, INDEX, index - 1);
            return Ok(Some(item));
        }
        other => other,
    };
    if item.is_ok() {
        it.set_int(t, INDEX, -1);
        it.set(t, SEQUENCE, Value::UNSET);
    }
    item
}

fn reversed_length_hint(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    let sequence = it.get(SEQUENCE);
    if sequence.is_unset() {
        return Ok(Value::ZERO);
    }
    let left = it.get_int(INDEX) + 1;
    let len = truth::len(t, sequence)? as i64;
    Ok(Value::small(if len < left { 0 } else { left }))
}

fn reversed_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    let class = type_of(args[0]).value();
    let sequence = it.get(SEQUENCE);
    if sequence.is_unset() {
        let empty = tuple::new_small(t, &[]);
        let arguments = tuple::new_small(t, &[empty]);
        return Ok(tuple::new_small(t, &[class, arguments]));
    }
    let arguments = tuple::new_small(t, &[sequence]);
    Ok(tuple::new_small(t, &[class, arguments, Value::small(it.get_int(INDEX))]))
}

fn reversed_set_state(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = state_index(t, args[1])?;
    let it = this(args);
    let sequence = it.get(SEQUENCE);
    if !sequence.is_unset() {
        let len = truth::len(t, sequence)? as i64;
        it.set_int(t, INDEX, state.clamp(-1, len - 1));
    }
    Ok(Value::NONE)
}
