//! Iterators over bytes objects and bytearrays.

use crate::{
    builtins::{
        buffer,
        container::builtin,
        iterators::{ITER, NEXT},
        tuple,
    },
    error::PyResult,
    native::{Method, NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::number,
    thread::Thread,
    value::Value,
};

// Values of an iterator: the object, unset at the end, and the index of the next byte.
const BYTES: usize = 0;
const INDEX: usize = 1;

/// `bytes_iterator`
static DEF: TypeDef = iterator("bytes_iterator");
/// `bytearray_iterator`
static ARRAY_DEF: TypeDef = iterator("bytearray_iterator");

const fn iterator(name: &'static str) -> TypeDef {
    record::def(name, "", NO_CONSTRUCTOR, METHODS)
}

const METHODS: &[Method] = &[
    ITER,
    NEXT,
    method(
        "__length_hint__",
        "($self, /)",
        length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__setstate__", "($self, state, /)", setstate, "Set state information for unpickling."),
];

/// `iter(b)` of a bytes object or bytearray.
pub(crate) fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    let def = if args[0].as_bytes().is_some() { &DEF } else { &ARRAY_DEF };
    Ok(record::new(t, def, Some(next), &[args[0], Value::ZERO]))
}

fn next(t: &mut Thread, record: Ref<Record>) -> PyResult<Option<Value>> {
    let i = record.get_int(INDEX);
    let byte =
        record.get(BYTES).given().and_then(buffer::direct).and_then(|view| view.get(i as usize).copied());
    match byte {
        Some(_) => record.set_int(t, INDEX, i + 1),
        None => record.set(t, BYTES, Value::UNSET),
    }
    Ok(byte.map(|b| Value::small(b as i64)))
}

fn len(record: Ref<Record>) -> i64 {
    record.get(BYTES).given().and_then(buffer::direct).map_or(0, |view| view.len() as i64)
}

fn length_hint(_: &mut Thread, args: &[Value]) -> PyResult {
    let record = Ref::<Record>::known(args[0]);
    Ok(Value::small((len(record) - record.get_int(INDEX)).max(0)))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let record = Ref::<Record>::known(args[0]);
    let iter = builtin(t, "iter")?;
    match record.get(BYTES).given() {
        Some(bytes) => {
            let arguments = tuple::new_small(t, &[bytes]);
            Ok(tuple::new_small(t, &[iter, arguments, record.get(INDEX)]))
        }
        None => {
            let empty = tuple::new_small(t, &[]);
            let arguments = tuple::new_small(t, &[empty]);
            Ok(tuple::new_small(t, &[iter, arguments]))
        }
    }
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let position = number::index_as_i64(t, args[1])?;
    let record = Ref::<Record>::known(args[0]);
    let len = len(record);
    record.set_int(t, INDEX, position.clamp(0, len));
    Ok(Value::NONE)
}
