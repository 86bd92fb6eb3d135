//! `accumulate`, `chain`, `starmap`, `zip_longest`.

use pystm_vm::{
    atomic::instruction,
    builtins::{
        container::class_getitem,
        iterators::{ITER, NEXT},
        list::{self, List},
        tuple::{self, Tuple},
    },
    error::PyResult,
    native::{SUBCLASSABLE, TypeDef, class_method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{call, iter, number},
    special,
    thread::Thread,
    value::Value,
};

/// `itertools.accumulate`
pub static ACCUMULATE: TypeDef = record::def(
    "itertools.accumulate",
    "accumulate(iterable, func=None, *, initial=None)\n--\n\nThe running totals, or other running results of a function of two \
     arguments.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, iterable, func=None, *, initial=None)",
            accumulate_new,
            "Makes an accumulating iterator.",
        ),
        ITER,
        NEXT,
    ],
);

// Values of an accumulate.
const SOURCE: usize = 0;
const FUNCTION: usize = 1;
const TOTAL: usize = 2;
/// Given as the first result, or None.
const INITIAL: usize = 3;

fn accumulate_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let source = iter::iter(t, args[1])?;
    let values = [source, args[2].or(Value::NONE), Value::UNSET, args[3].or(Value::NONE)];
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(accumulate_next), &values))
}

fn accumulate_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let initial = it.get(INITIAL);
    let total = if initial.is_none() {
        let Some(item) = iter::next(t, it.get(SOURCE))? else { return Ok(None) };
        match (it.get(TOTAL).given(), it.get(FUNCTION)) {
            (None, _) => item,
            (Some(total), Value::NONE) => number::binary(t, special::ADD, total, item)?,
            (Some(total), function) => call::call(t, function, &[total, item])?,
        }
    } else {
        it.set(t, INITIAL, Value::NONE);
        initial
    };
    it.set(t, TOTAL, total);
    Ok(Some(total))
}

/// `itertools.chain`
pub static CHAIN: TypeDef = record::def(
    "itertools.chain",
    "chain(*iterables)\n--\n\nThe items of the first iterable, then those of the next one, and so on.",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, /, *iterables)", chain_new, "Makes a chaining iterator."),
        ITER,
        NEXT,
        class_method(
            "from_iterable",
            "($cls, iterable, /)",
            from_iterable,
            "The chain of the iterables that an iterable gives.",
        ),
        class_method("__class_getitem__", "($cls, object, /)", class_getitem, "chain[object]"),
    ],
);

/// Value of a chain: the iterator at work (the source of iterables is [`SOURCE`]).
const ACTIVE: usize = 1;

fn chain_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let source = iter::iter(t, args[1])?;
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(chain_next), &[source]))
}

fn from_iterable(t: &mut Thread, args: &[Value]) -> PyResult {
    let source = iter::iter(t, args[1])?;
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(chain_next), &[source]))
}

fn chain_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    loop {
        let Some(source) = it.get(SOURCE).given() else { return Ok(None) };
        let active = match it.get(ACTIVE).given() {
            Some(active) => active,
            None => {
                let opened = match iter::next(t, source) {
                    Ok(Some(iterable)) => iter::iter(t, iterable).map(Some),
                    other => other,
                };
                match opened {
                    Ok(Some(active)) => {
                        it.set(t, ACTIVE, active);
                        active
                    }
                    end => {
                        it.set(t, SOURCE, Value::UNSET);
                        return end;
                    }
                }
            }
        };
        if let Some(item) = iter::next(t, active)? {
            return Ok(Some(item));
        }
        it.set(t, ACTIVE, Value::UNSET);
    }
}

/// `itertools.starmap`
pub static STARMAP: TypeDef = record::def(
    "itertools.starmap",
    "starmap(function, iterable, /)\n--\n\nThe results of the function, whose arguments each item holds.",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, function, iterable, /)", starmap_new, "Makes a mapping iterator."),
        ITER,
        NEXT,
    ],
);

fn starmap_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let source = iter::iter(t, args[2])?;
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(starmap_next), &[source, args[1]]))
}

fn starmap_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(item) = iter::next(t, it.get(SOURCE))? else { return Ok(None) };
    let function = it.get(FUNCTION);
    match item.cast::<Tuple>() {
        Some(arguments) => call::call(t, function, arguments.values()).map(Some),
        None => {
            let arguments = iter::collect(t, item)?;
            call::call(t, function, &arguments).map(Some)
        }
    }
}

/// `itertools.zip_longest`
pub static ZIP_LONGEST: TypeDef = record::def(
    "itertools.zip_longest",
    "zip_longest(*iterables, fillvalue=None)\n--\n\nTuples of items, one of each iterable, until the longest ends; the fill value stands \
     for missing ones.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, /, *iterables, fillvalue=None)",
            zip_longest_new,
            "Makes a parallel iterator.",
        ),
        ITER,
        NEXT,
    ],
);

// Values of a zip_longest.
/// A list of iterators, None for one that is at its end.
const ITERATORS: usize = 0;
const FILL: usize = 1;
const ACTIVE_COUNT: usize = 2;

fn zip_longest_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let iterables: Ref<Tuple> = Ref::known(args[2]);
    let mut iterators = t.vec();
    for &iterable in iterables.values() {
        iterators.push(iter::iter(t, iterable)?);
    }
    let active = Value::small(iterators.len() as i64);
    let iterators = list::try_new(t, &iterators)?;
    let values = [iterators, args[1].or(Value::NONE), active];
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(zip_longest_next), &values))
}

fn zip_longest_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let iterators: Ref<List> = Ref::known(it.get(ITERATORS));
    if it.get_int(ACTIVE_COUNT) == 0 {
        return Ok(None);
    }
    instruction::begin_step(t, iterators.items().iter());
    let mut items = t.vec();
    for i in 0..iterators.len() {
        let iterator = iterators.get(i).unwrap_or(Value::NONE);
        if iterator.is_none() {
            items.push(it.get(FILL));
            continue;
        }
        match iter::next(t, iterator) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => {
                let active = it.get_int(ACTIVE_COUNT) - 1;
                it.set_int(t, ACTIVE_COUNT, active);
                if active <= 0 {
                    return Ok(None);
                }
                items.push(it.get(FILL));
                let w = t.write(iterators);
                iterators.set_item(&w, i, Value::NONE);
            }
            Err(raised) => {
                it.set_int(t, ACTIVE_COUNT, 0);
                return Err(raised);
            }
        }
    }
    tuple::new(t, &items).map(Some)
}
