//! Iterators over the keys, values and items of dicts, in the order of insertion and in reverse.

use crate::{
    builtins::{
        container::builtin,
        dict::Dict,
        iterators::{ITER, NEXT},
        list, tuple,
    },
    error::{Exc, PyResult},
    native::{Method, NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        record::{self, Next, Record},
    },
    runtime::type_of,
    thread::Thread,
    value::Value,
};

// Values.
const DICT: usize = 0;
const POSITION: usize = 1;
/// Size of the dict when iteration began; -1 once it was found changed.
const USED: usize = 2;
const LEFT: usize = 3;

const METHODS: &[Method] = &[
    ITER,
    NEXT,
    method("__length_hint__", "($self, /)", length_hint, "Number of items left."),
    method("__reduce__", "($self, /)", reduce, "State for pickling."),
];

static KEYS: TypeDef = record::def("dict_keyiterator", "", NO_CONSTRUCTOR, METHODS);
static VALUES: TypeDef = record::def("dict_valueiterator", "", NO_CONSTRUCTOR, METHODS);
static ITEMS: TypeDef = record::def("dict_itemiterator", "", NO_CONSTRUCTOR, METHODS);
static REVERSE_KEYS: TypeDef = record::def("dict_reversekeyiterator", "", NO_CONSTRUCTOR, METHODS);
static REVERSE_VALUES: TypeDef = record::def("dict_reversevalueiterator", "", NO_CONSTRUCTOR, METHODS);
static REVERSE_ITEMS: TypeDef = record::def("dict_reverseitemiterator", "", NO_CONSTRUCTOR, METHODS);

/// What an iterator or view of a dict gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The keys.
    Keys,
    /// The values.
    Values,
    /// Tuples of key and value.
    Items,
}

/// An iterator over a dict in the order of insertion.
pub fn new(t: &mut Thread, dict: Ref<Dict>, part: Part) -> Value {
    let (def, next): (_, Next) = match part {
        Part::Keys => (&KEYS, next_key),
        Part::Values => (&VALUES, next_value),
        Part::Items => (&ITEMS, next_item),
    };
    let used = Value::small(dict.len() as i64);
    let first = Value::small(dict.first_position() as i64);
    record::new(t, def, Some(next), &[dict.value(), first, used, used])
}

/// An iterator over a dict in reverse.
pub fn new_reverse(t: &mut Thread, dict: Ref<Dict>, part: Part) -> Value {
    let (def, next): (_, Next) = match part {
        Part::Keys => (&REVERSE_KEYS, previous_key),
        Part::Values => (&REVERSE_VALUES, previous_value),
        Part::Items => (&REVERSE_ITEMS, previous_item),
    };
    let used = Value::small(dict.len() as i64);
    let end = Value::small(dict.end_position() as i64);
    record::new(t, def, Some(next), &[dict.value(), end, used, used])
}

/// The dict, or `None` at the end; RuntimeError if its size has changed.
#[inline]
fn unchanged_dict(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Ref<Dict>>> {
    let Some(dict) = it.get(DICT).cast::<Dict>() else { return Ok(None) };
    if it.get_int(USED) != dict.len() as i64 {
        it.set_int(t, USED, -1);
        return Err(t.raise(Exc::RuntimeError, "dictionary changed size during iteration"));
    }
    Ok(Some(dict))
}

/// Finds an entry from a position on: where it is, its key, and what is wanted beside it.
type Find<T> = fn(&Dict, usize) -> Option<(usize, Value, T)>;

/// The next key, and what `part` finds beside it.
#[inline]
fn advance<T>(t: &mut Thread, it: Ref<Record>, part: Find<T>) -> PyResult<Option<(Value, T)>> {
    let Some(dict) = unchanged_dict(t, it)? else { return Ok(None) };
    let left = it.get_int(LEFT);
    match part(&dict, it.get_int(POSITION) as usize) {
        Some(_) if left == 0 => {
            it.set(t, DICT, Value::UNSET);
            Err(t.raise(Exc::RuntimeError, "dictionary keys changed during iteration"))
        }
        Some((position, key, rest)) => {
            it.set_int(t, POSITION, position as i64 + 1);
            it.set_int(t, LEFT, left - 1);
            Ok(Some((key, rest)))
        }
        None => {
            it.set(t, DICT, Value::UNSET);
            Ok(None)
        }
    }
}

/// As [`advance`], in reverse.
fn retreat<T>(t: &mut Thread, it: Ref<Record>, part: Find<T>) -> PyResult<Option<(Value, T)>> {
    let Some(dict) = unchanged_dict(t, it)? else { return Ok(None) };
    let (position, left) = (it.get_int(POSITION) as usize, it.get_int(LEFT));
    // A table that is shorter now is another one.
    let entry = if position > dict.end_position() { None } else { part(&dict, position) };
    match entry {
        Some(_) if left == 0 => {
            it.set(t, DICT, Value::UNSET);
            Err(t.raise(Exc::RuntimeError, "dictionary keys changed during iteration"))
        }
        Some((position, key, rest)) => {
            it.set_int(t, POSITION, position as i64);
            it.set_int(t, LEFT, left - 1);
            Ok(Some((key, rest)))
        }
        None => {
            it.set(t, DICT, Value::UNSET);
            Ok(None)
        }
    }
}

/// Another thread may be writing the value of a key that is asked for alone.
fn key_after(dict: &Dict, position: usize) -> Option<(usize, Value, ())> {
    dict.key_from(position).map(|(at, key)| (at, key, ()))
}

fn key_before(dict: &Dict, position: usize) -> Option<(usize, Value, ())> {
    dict.key_before(position).map(|(at, key)| (at, key, ()))
}

fn next_key(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    Ok(advance(t, it, key_after)?.map(|(key, _)| key))
}

fn next_value(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    Ok(advance(t, it, Dict::entry_from)?.map(|(_, value)| value))
}

fn next_item(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    Ok(advance(t, it, Dict::entry_from)?.map(|(key, value)| tuple::new_small(t, &[key, value])))
}

fn previous_key(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    Ok(retreat(t, it, key_before)?.map(|(key, _)| key))
}

fn previous_value(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    Ok(retreat(t, it, Dict::entry_before)?.map(|(_, value)| value))
}

fn previous_item(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    Ok(retreat(t, it, Dict::entry_before)?.map(|(key, value)| tuple::new_small(t, &[key, value])))
}

fn length_hint(_t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let unchanged = it.get(DICT).cast::<Dict>().is_some_and(|d| d.len() as i64 == it.get_int(USED));
    Ok(Value::small(if unchanged { it.get_int(LEFT) } else { 0 }))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let values = [it.get(DICT), it.get(POSITION), it.get(USED), it.get(LEFT)];
    let copy: Ref<Record> = Ref::known(record::new_of_class(t, type_of(args[0]), it.next_fn(), &values));
    let mut items = t.vec();
    if let Some(next) = copy.next_fn() {
        while let Some(item) = next(t, copy)? {
            items.push(item);
        }
    }
    let items = list::new(t, &items);
    let function = builtin(t, "iter")?;
    let arguments = tuple::new_small(t, &[items]);
    Ok(tuple::new_small(t, &[function, arguments]))
}
