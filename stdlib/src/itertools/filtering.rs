//! `compress`, `dropwhile`, `filterfalse`, `takewhile`.

use pystm_vm::{
    atomic::instruction,
    builtins::iterators::{ITER, NEXT},
    error::PyResult,
    kind::Kind,
    native::{SUBCLASSABLE, TypeDef, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{call, iter, truth},
    runtime::class_of_kind,
    thread::Thread,
    value::Value,
};

/// `itertools.compress`
pub static COMPRESS: TypeDef = record::def(
    "itertools.compress",
    "compress(data, selectors)\n--\n\nThe items whose selector is true.",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, data, selectors)", compress_new, "Makes a selecting iterator."),
        ITER,
        NEXT,
    ],
);

fn compress_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = iter::iter(t, args[1])?;
    let selectors = iter::iter(t, args[2])?;
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(compress_next), &[data, selectors]))
}

fn compress_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    instruction::begin_step(t, it.values()[..2].iter());
    loop {
        let Some(item) = iter::next(t, it.get(0))? else { return Ok(None) };
        let Some(selector) = iter::next(t, it.get(1))? else { return Ok(None) };
        if truth::is_true(t, selector)? {
            return Ok(Some(item));
        }
    }
}

// Values of the iterators with a predicate.
const SOURCE: usize = 0;
const PREDICATE: usize = 1;
/// Whether the predicate has given its verdict.
const DECIDED: usize = 2;

fn new_with_predicate(t: &mut Thread, args: &[Value], next: record::Next) -> PyResult {
    let source = iter::iter(t, args[2])?;
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(next), &[source, args[1], Value::FALSE]))
}

fn verdict(t: &mut Thread, it: Ref<Record>, item: Value) -> PyResult<bool> {
    let answer = call::call(t, it.get(PREDICATE), &[item])?;
    truth::is_true(t, answer)
}

/// `itertools.dropwhile`
pub static DROPWHILE: TypeDef = record::def(
    "itertools.dropwhile",
    "dropwhile(predicate, iterable, /)\n--\n\nThe items from the first one on for which the predicate is false.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, predicate, iterable, /)",
            dropwhile_new,
            "Makes a dropping iterator.",
        ),
        ITER,
        NEXT,
    ],
);

fn dropwhile_new(t: &mut Thread, args: &[Value]) -> PyResult {
    new_with_predicate(t, args, dropwhile_next)
}

fn dropwhile_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    while let Some(item) = iter::next(t, it.get(SOURCE))? {
        if it.get(DECIDED) == Value::TRUE {
            return Ok(Some(item));
        }
        if !verdict(t, it, item)? {
            it.set(t, DECIDED, Value::TRUE);
            return Ok(Some(item));
        }
    }
    Ok(None)
}

/// `itertools.takewhile`
pub static TAKEWHILE: TypeDef = record::def(
    "itertools.takewhile",
    "takewhile(predicate, iterable, /)\n--\n\nThe items before the first one for which the predicate is false.",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, predicate, iterable, /)", takewhile_new, "Makes a taking iterator."),
        ITER,
        NEXT,
    ],
);

fn takewhile_new(t: &mut Thread, args: &[Value]) -> PyResult {
    new_with_predicate(t, args, takewhile_next)
}

fn takewhile_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    if it.get(DECIDED) == Value::TRUE {
        return Ok(None);
    }
    let Some(item) = iter::next(t, it.get(SOURCE))? else { return Ok(None) };
    if verdict(t, it, item)? {
        return Ok(Some(item));
    }
    it.set(t, DECIDED, Value::TRUE);
    Ok(None)
}

/// `itertools.filterfalse`
pub static FILTERFALSE: TypeDef = record::def(
    "itertools.filterfalse",
    "filterfalse(function, iterable, /)\n--\n\nThe items for which the function (or, with None, the item itself) is false.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, function, iterable, /)",
            filterfalse_new,
            "Makes a filtering iterator.",
        ),
        ITER,
        NEXT,
    ],
);

fn filterfalse_new(t: &mut Thread, args: &[Value]) -> PyResult {
    new_with_predicate(t, args, filterfalse_next)
}

fn filterfalse_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let function = it.get(PREDICATE);
    let by_truth = function.is_none() || function == class_of_kind(Kind::Bool).value();
    while let Some(item) = iter::next(t, it.get(SOURCE))? {
        let keep = if by_truth { !truth::is_true(t, item)? } else { !verdict(t, it, item)? };
        if keep {
            return Ok(Some(item));
        }
    }
    Ok(None)
}
