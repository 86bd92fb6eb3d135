//! `arrayiterator`.

use pystm_vm::{
    builtins::{
        container::builtin,
        iterators::{ITER, NEXT},
        tuple,
        typed_array::{self, TypedArray},
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

use crate::support::to_i64;

static DEF: TypeDef = record::def(
    "array.arrayiterator",
    "",
    NO_CONSTRUCTOR,
    &[
        ITER,
        NEXT,
        method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
        method("__setstate__", "($self, state, /)", setstate, "Set state information for unpickling."),
    ],
);

// Values: the array (unset at the end) and the index of the next item.
const ARRAY: usize = 0;
const INDEX: usize = 1;

pub(super) fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(record::new(t, &DEF, Some(next), &[args[0], Value::ZERO]))
}

fn next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(array) = it.get(ARRAY).cast::<TypedArray>() else { return Ok(None) };
    let index = it.get_int(INDEX);
    let item = typed_array::get(t, array, index as usize)?;
    match item {
        Some(_) => it.set_int(t, INDEX, index + 1),
        None => it.set(t, ARRAY, Value::UNSET),
    }
    Ok(item)
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = Ref::<Record>::known(args[0]);
    let function = builtin(t, "iter")?;
    match it.get(ARRAY).given() {
        Some(array) => {
            let arguments = tuple::new_small(t, &[array]);
            Ok(tuple::new_small(t, &[function, arguments, it.get(INDEX)]))
        }
        None => {
            let empty = tuple::new_small(t, &[]);
            let arguments = tuple::new_small(t, &[empty]);
            Ok(tuple::new_small(t, &[function, arguments]))
        }
    }
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = Ref::<Record>::known(args[0]);
    let state = to_i64(t, args[1])?;
    let len = it.get(ARRAY).cast::<TypedArray>().map_or(0, |a| a.len() as i64);
    it.set_int(t, INDEX, state.clamp(0, len));
    Ok(Value::NONE)
}
