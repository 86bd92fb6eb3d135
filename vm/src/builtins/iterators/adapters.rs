//! `enumerate` and `filter`.

use crate::{
    builtins::{
        container::class_getitem,
        iterators::{ITER, NEXT},
        tuple,
        typeobj::Type,
    },
    error::PyResult,
    kind::Kind,
    native::{SUBCLASSABLE, TypeDef, class_method, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{call, iter, number, truth},
    runtime::{class_of_kind, type_of},
    special,
    thread::Thread,
    value::Value,
};

/// `enumerate`
pub static ENUMERATE_DEF: TypeDef = record::def(
    "enumerate",
    "enumerate(iterable, start=0)\n--\n\nAn iterator over tuples of a running number and an item.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, iterable, start=0)",
            enumerate_new,
            "Makes an enumerating iterator.",
        ),
        ITER,
        NEXT,
        method("__reduce__", "($self, /)", enumerate_reduce, "State for pickling."),
        class_method("__class_getitem__", "($cls, object, /)", class_getitem, "enumerate[object]"),
    ],
);

/// `filter`
pub static FILTER_DEF: TypeDef = record::def(
    "filter",
    "filter(function, iterable, /)\n--\n\nAn iterator over the items for which the function (or, with None, the \
          item itself) is true.",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, function, iterable, /)", filter_new, "Makes a filtering iterator."),
        ITER,
        NEXT,
        method("__reduce__", "($self, /)", filter_reduce, "State for pickling."),
    ],
);

fn enumerate_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<Type> = Ref::known(args[0]);
    let start = match args[2].given() {
        Some(start) => number::index(t, start)?,
        None => Value::ZERO,
    };
    let iterator = iter::iter(t, args[1])?;
    Ok(record::new_of_class(t, class, Some(enumerate_next), &[iterator, start]))
}

fn enumerate_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(item) = iter::next(t, it.get(0))? else { return Ok(None) };
    let count = it.get(1);
    let following = match count.as_small() {
        Some(n) if n < Value::INT_MAX => Value::small(n + 1),
        _ => number::binary(t, special::ADD, count, Value::small(1))?,
    };
    it.set(t, 1, following);
    Ok(Some(tuple::new_small(t, &[count, item])))
}

fn enumerate_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let arguments = tuple::new_small(t, &[it.get(0), it.get(1)]);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments]))
}

fn filter_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let iterator = iter::iter(t, args[2])?;
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(filter_next), &[args[1], iterator]))
}

fn filter_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let (function, iterator) = (it.get(0), it.get(1));
    let by_truth = function.is_none() || function == class_of_kind(Kind::Bool).value();
    while let Some(item) = iter::next(t, iterator)? {
        let verdict = if by_truth { item } else { call::call(t, function, &[item])? };
        if truth::is_true(t, verdict)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn filter_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let arguments = tuple::new_small(t, &[it.get(0), it.get(1)]);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments]))
}
