//! Iterators over sets.

use crate::{
    builtins::{
        container::builtin,
        iterators::{ITER, NEXT},
        list,
        set::Set,
        tuple,
    },
    error::PyResult,
    native::{NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        record::{self, Record},
    },
    thread::Thread,
    value::Value,
};

// Values.
const SET: usize = 0;
const POSITION: usize = 1;
/// Size of the set when iteration began; -1 once it was found changed.
const USED: usize = 2;

static SET_ITERATOR: TypeDef = record::def(
    "set_iterator",
    "",
    NO_CONSTRUCTOR,
    &[
        ITER,
        NEXT,
        method("__length_hint__", "($self, /)", length_hint, "Number of items left."),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
    ],
);

/// `iter(set)`
pub fn new(t: &mut Thread, set: Ref<Set>) -> Value {
    let used = Value::small(set.len() as i64);
    record::new(t, &SET_ITERATOR, Some(next), &[set.value(), Value::ZERO, used])
}

fn next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(set) = it.get(SET).cast::<Set>() else { return Ok(None) };
    match set.unchanged_entry_from(t, it.get_int(POSITION) as usize, it.get_int(USED) as usize) {
        Ok(Some((position, item, _))) => {
            it.set_int(t, POSITION, position as i64 + 1);
            Ok(Some(item))
        }
        Ok(None) => {
            it.set(t, SET, Value::UNSET);
            Ok(None)
        }
        Err(raised) => {
            it.set_int(t, USED, -1);
            Err(raised)
        }
    }
}

fn length_hint(_t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let set = it.get(SET).cast::<Set>().filter(|s| s.len() as i64 == it.get_int(USED));
    Ok(Value::small(set.map_or(0, |s| s.count_from(it.get_int(POSITION) as usize) as i64)))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let values = [it.get(SET), it.get(POSITION), it.get(USED)];
    let copy: Ref<Record> = Ref::known(record::new(t, &SET_ITERATOR, Some(next), &values));
    let mut items = t.vec();
    while let Some(item) = next(t, copy)? {
        items.push(item);
    }
    let items = list::new(t, &items);
    let function = builtin(t, "iter")?;
    let arguments = tuple::new_small(t, &[items]);
    Ok(tuple::new_small(t, &[function, arguments]))
}
