//! `zip` and `map`: iterators that walk several iterables at once.

use crate::{
    atomic::instruction,
    builtins::{
        iterators::{ITER, NEXT},
        tuple::{self, Tuple},
    },
    error::{PyResult, Raised},
    native::{SUBCLASSABLE, TypeDef, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{call, iter, truth},
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

/// `zip`
pub static ZIP_DEF: TypeDef = record::def(
    "zip",
    "zip(*iterables, strict=False)\n--\n\nAn iterator over tuples of items, one of each iterable. With strict, all must \
          have the same length.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, /, *iterables, strict=False)",
            zip_new,
            "Makes a parallel iterator.",
        ),
        ITER,
        NEXT,
        method("__reduce__", "($self, /)", zip_reduce, "State for pickling."),
        method("__setstate__", "($self, state, /)", zip_set_state, "Sets strictness."),
    ],
);

/// `map`
pub static MAP_DEF: TypeDef = record::def(
    "map",
    "map(function, iterable, /, *iterables, strict=False)\n--\n\nAn iterator over the results of a function for the items \
          of one or more iterables.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, function=None, iterable=None, /, *iterables, strict=False)",
            map_new,
            "Makes a mapping iterator.",
        ),
        ITER,
        NEXT,
        method("__reduce__", "($self, /)", map_reduce, "State for pickling."),
        method("__setstate__", "($self, state, /)", map_set_state, "Sets strictness."),
    ],
);

// Values of a zip.
const ITERATORS: usize = 0;
const STRICT: usize = 1;
/// Value of a map besides those of a zip.
const FUNCTION: usize = 2;

fn strictness(t: &mut Thread, given: Value) -> PyResult {
    match given.given() {
        Some(v) => truth::is_true(t, v).map(Value::bool),
        None => Ok(Value::FALSE),
    }
}

fn zip_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let strict = strictness(t, args[1])?;
    let iterables: Ref<Tuple> = Ref::known(args[2]);
    let mut iterators = t.vec();
    for &iterable in iterables.values() {
        iterators.push(iter::iter(t, iterable)?);
    }
    let iterators = tuple::new(t, &iterators)?;
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(zip_next), &[iterators, strict]))
}

/// The next item of every iterator, or `None` if one is at its end; with `strict`, ValueError unless all are.
fn next_items(
    t: &mut Thread,
    iterators: Ref<Tuple>,
    strict: bool,
    what: &str,
    items: &mut RootVec,
) -> PyResult<bool> {
    instruction::begin_step(t, iterators.items().iter());
    for (i, &iterator) in iterators.values().iter().enumerate() {
        match iter::next(t, iterator)? {
            Some(item) => items.push(item),
            None if !strict => return Ok(false),
            None if i > 0 => return Err(wrong_length(t, what, i, "shorter")),
            None => {
                for (k, &other) in iterators.values().iter().enumerate().skip(1) {
                    if iter::next(t, other)?.is_some() {
                        return Err(wrong_length(t, what, k, "longer"));
                    }
                }
                return Ok(false);
            }
        }
    }
    Ok(true)
}

#[cold]
fn wrong_length(t: &mut Thread, what: &str, index: usize, than: &str) -> Raised {
    let others = if index == 1 { " 1".to_owned() } else { format!("s 1-{index}") };
    t.value_error(format!("{what}() argument {} is {than} than argument{others}", index + 1))
}

fn zip_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let iterators: Ref<Tuple> = Ref::known(it.get(ITERATORS));
    let strict = it.get(STRICT) == Value::TRUE;
    if let (&[first, second], false) = (iterators.values(), strict) {
        // Pairs, the commonest case, need no vector.
        instruction::begin_step(t, iterators.items().iter());
        let Some(a) = iter::next(t, first)? else { return Ok(None) };
        let Some(b) = iter::next(t, second)? else { return Ok(None) };
        return Ok(Some(tuple::new_small(t, &[a, b])));
    }
    if iterators.is_empty() {
        return Ok(None);
    }
    let mut items = t.vec();
    if next_items(t, iterators, strict, "zip", &mut items)? {
        tuple::new(t, &items).map(Some)
    } else {
        Ok(None)
    }
}

fn reduced(t: &mut Thread, object: Value, arguments: Value, strict: Value) -> PyResult {
    let class = type_of(object).value();
    Ok(match strict {
        Value::TRUE => tuple::new_small(t, &[class, arguments, Value::TRUE]),
        _ => tuple::new_small(t, &[class, arguments]),
    })
}

fn zip_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    reduced(t, args[0], it.get(ITERATORS), it.get(STRICT))
}

fn zip_set_state(t: &mut Thread, args: &[Value]) -> PyResult {
    let strict = truth::is_true(t, args[1])?;
    Ref::<Record>::known(args[0]).set(t, STRICT, Value::bool(strict));
    Ok(Value::NONE)
}

fn map_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let &[class, function, first, strict, rest] = args else {
        unreachable!("the signature has five parameters")
    };
    if first.is_unset() {
        return Err(t.type_error("map() must have at least two arguments."));
    }
    let strict = strictness(t, strict)?;
    let rest: Ref<Tuple> = Ref::known(rest);
    let mut iterators = t.vec();
    iterators.push(iter::iter(t, first)?);
    for &iterable in rest.values() {
        iterators.push(iter::iter(t, iterable)?);
    }
    let iterators = tuple::new(t, &iterators)?;
    Ok(record::new_of_class(t, Ref::known(class), Some(map_next), &[iterators, strict, function]))
}

fn map_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let iterators: Ref<Tuple> = Ref::known(it.get(ITERATORS));
    let function = it.get(FUNCTION);
    if let &[only] = iterators.values() {
        let Some(item) = iter::next(t, only)? else { return Ok(None) };
        return call::call(t, function, &[item]).map(Some);
    }
    let mut items = t.vec();
    if !next_items(t, iterators, it.get(STRICT) == Value::TRUE, "map", &mut items)? {
        return Ok(None);
    }
    call::call(t, function, &items).map(Some)
}

fn map_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let iterators: Ref<Tuple> = Ref::known(it.get(ITERATORS));
    let mut arguments = t.vec();
    arguments.push(it.get(FUNCTION));
    arguments.extend_from_slice(iterators.values());
    let arguments = tuple::new(t, &arguments)?;
    reduced(t, args[0], arguments, it.get(STRICT))
}

fn map_set_state(t: &mut Thread, args: &[Value]) -> PyResult {
    zip_set_state(t, args)
}
