//! Iterators over ranges.

use super::{Range, methods::known, new};
use crate::{
    builtins::{
        container::builtin,
        int::{self, IntRef},
        iterators::{ITER, NEXT},
        tuple,
    },
    error::PyResult,
    native::{NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::number,
    thread::Thread,
    value::Value,
};

// Values of both iterators. `range_iterator` has small ints only.
const NEXT_ITEM: usize = 0;
const STEP: usize = 1;
const LEFT: usize = 2;

static RANGE_ITERATOR: TypeDef = record::def(
    "range_iterator",
    "",
    NO_CONSTRUCTOR,
    &[
        ITER,
        NEXT,
        method(
            "__length_hint__",
            "($self, /)",
            length_hint,
            "Private method returning an estimate of len(list(it)).",
        ),
        method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
        method("__setstate__", "($self, object, /)", set_state, "Set state information for unpickling."),
    ],
);

static LONG_RANGE_ITERATOR: TypeDef = record::def(
    "longrange_iterator",
    "",
    NO_CONSTRUCTOR,
    &[
        ITER,
        NEXT,
        method(
            "__length_hint__",
            "($self, /)",
            length_hint,
            "Private method returning an estimate of len(list(it)).",
        ),
        method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
        method("__setstate__", "($self, object, /)", set_state, "Set state information for unpickling."),
    ],
);

/// `iter(range)`
pub(super) fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    let range = known(args);
    Ok(match range.small() {
        Some(_) => {
            record::new(t, &RANGE_ITERATOR, Some(small_next), &[range.start, range.step, range.length])
        }
        None => {
            record::new(t, &LONG_RANGE_ITERATOR, Some(long_next), &[range.start, range.step, range.length])
        }
    })
}

/// `reversed(range)`
pub(super) fn reversed(t: &mut Thread, args: &[Value]) -> PyResult {
    let range = known(args);
    if let Some((start, step, length)) = range.small()
        && let Some(step_back) = Value::try_small(-step)
        && let Some(last) = Value::try_small(start + (length - 1) * step)
    {
        return Ok(record::new(t, &RANGE_ITERATOR, Some(small_next), &[last, step_back, range.length]));
    }
    let last = Range::part(range.start) + (Range::part(range.length) - 1) * Range::part(range.step);
    let last = int::from_bigint(t, last);
    let step = int::from_bigint(t, -Range::part(range.step));
    Ok(record::new(t, &LONG_RANGE_ITERATOR, Some(long_next), &[last, step, range.length]))
}

fn small_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let left = it.get_int(LEFT);
    if left <= 0 {
        return Ok(None);
    }
    let item = it.get(NEXT_ITEM);
    // What comes after the last item may be too large for a small int, but nobody will see it.
    it.set_int(t, NEXT_ITEM, item.small_value() + it.get_int(STEP));
    it.set_int(t, LEFT, left - 1);
    Ok(Some(item))
}

fn long_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let left = Range::part(it.get(LEFT));
    if left.sign() == num_bigint::Sign::NoSign {
        return Ok(None);
    }
    let item = it.get(NEXT_ITEM);
    let following = int::from_bigint(t, Range::part(item) + Range::part(it.get(STEP)));
    let left = int::from_bigint(t, left - 1);
    it.set(t, NEXT_ITEM, following);
    it.set(t, LEFT, left);
    Ok(Some(item))
}

fn this(args: &[Value]) -> Ref<Record> {
    Ref::known(args[0])
}

fn length_hint(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(this(args).get(LEFT))
}

/// `(iter, (range,), None)` of what is left.
fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    let (start, step) = (it.get(NEXT_ITEM), it.get(STEP));
    let stop = Range::part(start) + Range::part(step) * Range::part(it.get(LEFT));
    let stop = int::from_bigint(t, stop);
    let rest = new(t, start, stop, step);
    let function = builtin(t, "iter")?;
    let arguments = tuple::new_small(t, &[rest]);
    Ok(tuple::new_small(t, &[function, arguments, Value::NONE]))
}

/// Skips items, as far as there are any.
fn set_state(t: &mut Thread, args: &[Value]) -> PyResult {
    let it = this(args);
    let state = number::index(t, args[1])?;
    let left = int::of(it.get(LEFT)).unwrap_or(IntRef::Small(0));
    let skip = int::of(state).unwrap_or(IntRef::Small(0)).clamp(IntRef::Small(0), left);
    let next = Range::part(it.get(NEXT_ITEM)) + Range::part(it.get(STEP)) * skip.big();
    let left = left.big() - skip.big();
    let next = int::from_bigint(t, next);
    let left = int::from_bigint(t, left);
    // Past its end a small iterator keeps its position: the number there may be too large.
    if left != Value::ZERO {
        it.set(t, NEXT_ITEM, next);
    }
    it.set(t, LEFT, left);
    Ok(Value::NONE)
}
