//! `batched`, `islice`, `pairwise`.

use pystm_vm::{
    builtins::{
        int,
        iterators::{ITER, NEXT},
        tuple,
    },
    error::{PyResult, Raised},
    native::{SUBCLASSABLE, TypeDef, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{iter, number, truth},
    special::Special,
    thread::Thread,
    value::Value,
};

/// Value of all iterators here: the source, unset at the end.
const SOURCE: usize = 0;

/// `itertools.batched`
pub static BATCHED: TypeDef = record::def(
    "itertools.batched",
    "batched(iterable, n, *, strict=False)\n--\n\nTuples of n items each; the last one may be shorter, unless strict.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, iterable, n, *, strict=False)",
            batched_new,
            "Makes a batching iterator.",
        ),
        ITER,
        NEXT,
    ],
);

// Values of a batched.
const SIZE: usize = 1;
const STRICT: usize = 2;

fn batched_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = number::index_as_i64(t, args[2])?;
    let strict = match args[3].given() {
        Some(v) => truth::is_true(t, v)?,
        None => false,
    };
    if n < 1 {
        return Err(t.value_error("n must be at least one"));
    }
    let source = iter::iter(t, args[1])?;
    let values = [source, Value::small(n.min(Value::INT_MAX)), Value::bool(strict)];
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(batched_next), &values))
}

fn batched_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(source) = it.get(SOURCE).given() else { return Ok(None) };
    let size = it.get_int(SIZE) as usize;
    let mut items = t.vec();
    while items.len() < size {
        match iter::next(t, source)? {
            Some(item) => items.push(item),
            None => {
                it.set(t, SOURCE, Value::UNSET);
                if items.is_empty() {
                    return Ok(None);
                }
                if it.get(STRICT) == Value::TRUE {
                    return Err(t.value_error("batched(): incomplete batch"));
                }
                break;
            }
        }
    }
    tuple::new(t, &items).map(Some)
}

/// `itertools.islice`
pub static ISLICE: TypeDef = record::def(
    "itertools.islice",
    "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nThe items that a slice \
     would select.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, iterable, start, stop=None, step=None, /)",
            islice_new,
            "Makes a slicing iterator.",
        ),
        ITER,
        NEXT,
    ],
);

// Values of an islice.
/// Number of the next item to be given.
const NEXT_INDEX: usize = 1;
/// Where to stop, or [`NO_STOP`].
const STOP: usize = 2;
const STEP: usize = 3;
/// Items taken from the source so far.
const TAKEN: usize = 4;
const NO_STOP: i64 = -1;

#[cold]
fn bad_stop(t: &mut Thread) -> Raised {
    t.value_error("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
}

/// An argument as a number, or -2 for one that is no fitting index.
fn bound(t: &mut Thread, value: Value, default: i64) -> PyResult<i64> {
    if value.is_none() {
        return Ok(default);
    }
    if int::as_int(value).is_none() && t.special(value, Special::Index).is_none() {
        return Ok(-2);
    }
    match number::index_as_i64(t, value) {
        Ok(n) if n < 0 => Ok(-2),
        Ok(n) => Ok(n.min(Value::INT_MAX)),
        Err(raised) => {
            // Whatever `__index__` raises, the message is that of islice.
            t.take_exception(raised);
            Ok(-2)
        }
    }
}

fn islice_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let (start, stop) = if args[3].is_unset() { (Value::NONE, args[2]) } else { (args[2], args[3]) };
    let stop = bound(t, stop, NO_STOP)?;
    if stop < NO_STOP {
        return Err(bad_stop(t));
    }
    let start = bound(t, start, 0)?;
    if start < 0 {
        return Err(t.value_error("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."));
    }
    let step = bound(t, args[4].or(Value::NONE), 1)?;
    if step < 1 {
        return Err(t.value_error("Step for islice() must be a positive integer or None."));
    }
    let source = iter::iter(t, args[1])?;
    let values = [source, Value::small(start), Value::small(stop), Value::small(step), Value::ZERO];
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(islice_next), &values))
}

fn islice_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(source) = it.get(SOURCE).given() else { return Ok(None) };
    let stop = it.get_int(STOP);
    loop {
        let (taken, wanted) = (it.get_int(TAKEN), it.get_int(NEXT_INDEX));
        let at_stop = stop != NO_STOP && taken >= stop && taken >= wanted;
        let item = if at_stop { None } else { iter::next(t, source)? };
        let Some(item) = item else {
            it.set(t, SOURCE, Value::UNSET);
            return Ok(None);
        };
        it.set_int(t, TAKEN, taken + 1);
        if taken < wanted {
            continue;
        }
        let mut following = wanted.saturating_add(it.get_int(STEP)).min(Value::INT_MAX);
        if stop != NO_STOP && following > stop {
            following = stop;
        }
        it.set_int(t, NEXT_INDEX, following);
        return Ok(Some(item));
    }
}

/// `itertools.pairwise`
pub static PAIRWISE: TypeDef = record::def(
    "itertools.pairwise",
    "pairwise(iterable, /)\n--\n\nTuples of every item and the one after it.",
    SUBCLASSABLE,
    &[static_method("__new__", "($cls, iterable, /)", pairwise_new, "Makes a pairing iterator."), ITER, NEXT],
);

/// Value of a pairwise: the item before.
const PREVIOUS: usize = 1;

fn pairwise_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let source = iter::iter(t, args[1])?;
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(pairwise_next), &[source]))
}

fn pairwise_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(source) = it.get(SOURCE).given() else { return Ok(None) };
    let mut previous = it.get(PREVIOUS);
    if previous.is_unset() {
        match iter::next(t, source)? {
            Some(first) => {
                it.set(t, PREVIOUS, first);
                previous = first;
            }
            None => {
                it.set(t, SOURCE, Value::UNSET);
                return Ok(None);
            }
        }
        // The call may have used up this iterator.
        if it.get(SOURCE).is_unset() {
            it.set(t, PREVIOUS, Value::UNSET);
            return Ok(None);
        }
    }
    match iter::next(t, source)? {
        Some(item) => {
            it.set(t, PREVIOUS, item);
            Ok(Some(tuple::new_small(t, &[previous, item])))
        }
        None => {
            it.set(t, SOURCE, Value::UNSET);
            it.set(t, PREVIOUS, Value::UNSET);
            Ok(None)
        }
    }
}
