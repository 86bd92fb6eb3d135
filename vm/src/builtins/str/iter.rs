//! Iterators over strs.

use super::{Str, methods};
use crate::{
    builtins::{
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

// Values of an iterator: the str, unset at the end, and the index of the next character.
const TEXT: usize = 0;
const INDEX: usize = 1;

/// `str_ascii_iterator`, the type of iterators over ASCII strs.
static ASCII_DEF: TypeDef = iterator("str_ascii_iterator");
/// `str_iterator`
static DEF: TypeDef = iterator("str_iterator");

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
    method("__setstate__", "($self, object, /)", setstate, "Set state information for unpickling."),
];

/// `iter(s)`
pub(super) fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = methods::this(args[0]);
    let def = if s.is_ascii() { &ASCII_DEF } else { &DEF };
    Ok(record::new(t, def, Some(next), &[s.value(), Value::ZERO]))
}

fn next(t: &mut Thread, record: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(text) = record.get(TEXT).cast::<Str>() else { return Ok(None) };
    let i = record.get_int(INDEX) as usize;
    if i >= text.len() {
        record.set(t, TEXT, Value::UNSET);
        return Ok(None);
    }
    record.set_int(t, INDEX, i as i64 + 1);
    Ok(Some(Str::from_char(t, text.code_point(i))))
}

fn length_hint(_: &mut Thread, args: &[Value]) -> PyResult {
    let record = Ref::<Record>::known(args[0]);
    let len = record.get(TEXT).cast::<Str>().map_or(0, |s| s.len() as i64);
    Ok(Value::small((len - record.get_int(INDEX)).max(0)))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let record = Ref::<Record>::known(args[0]);
    let iter = builtin(t, "iter")?;
    match record.get(TEXT).given() {
        Some(text) => {
            let arguments = tuple::new_small(t, &[text]);
            Ok(tuple::new_small(t, &[iter, arguments, record.get(INDEX)]))
        }
        None => {
            let empty = t.intern("");
            let arguments = tuple::new_small(t, &[empty]);
            Ok(tuple::new_small(t, &[iter, arguments]))
        }
    }
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let position = number::index_as_i64(t, args[1])?;
    let record = Ref::<Record>::known(args[0]);
    if let Some(text) = record.get(TEXT).cast::<Str>() {
        record.set_int(t, INDEX, position.clamp(0, text.len() as i64));
    }
    Ok(Value::NONE)
}
