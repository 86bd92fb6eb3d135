//! The methods of `range`.

use num_integer::Integer;
use num_traits::Zero;

use super::{Range, from_values, iterate, new};
use crate::{
    builtins::{
        int::{self, IntRef},
        slice::{self, Slice},
        tuple,
    },
    error::PyResult,
    kind::Kind,
    native::{GetSet, Method, SEQUENCE, TypeDef, member, method, static_method},
    object::Ref,
    protocol::{compare, hash, item, iter, text},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `range`
pub static DEF: TypeDef = TypeDef {
    name: "range",
    doc: "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a \
          sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, \
          ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid \
          indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
    base: None,
    kind: Kind::Range,
    layout: super::LAYOUT,
    words: 0,
    flags: SEQUENCE,
    methods: METHODS,
    getset: GETSET,
    setup: None,
};

static METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args)", construct, "Create and return a new object."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__hash__", "($self, /)", hash_of, "Return hash(self)."),
    method("__eq__", "($self, value, /)", |t, a| equality(t, a, true), "Return self==value."),
    method("__ne__", "($self, value, /)", |t, a| equality(t, a, false), "Return self!=value."),
    method("__lt__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self<value."),
    method("__le__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self<=value."),
    method("__gt__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self>value."),
    method("__ge__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self>=value."),
    method("__iter__", "($self, /)", iterate::iter, "Implement iter(self)."),
    method(
        "__bool__",
        "($self, /)",
        |_, a| Ok(Value::bool(known(a).length != Value::ZERO)),
        "True if self else False",
    ),
    method("__len__", "($self, /)", len, "Return len(self)."),
    method("__getitem__", "($self, key, /)", getitem, "Return self[key]."),
    method("__contains__", "($self, key, /)", contains, "Return bool(key in self)."),
    method("__reversed__", "($self, /)", iterate::reversed, "Return a reverse iterator."),
    method("__reduce__", "($self, /)", reduce, ""),
    method(
        "count",
        "($self, object, /)",
        count,
        "rangeobject.count(value) -> integer -- return number of occurrences of value",
    ),
    method(
        "index",
        "($self, object, /)",
        index,
        "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.",
    ),
];

static GETSET: &[GetSet] = &[
    member("start", |_, v| Ok(Ref::<Range>::known(v).start), ""),
    member("stop", |_, v| Ok(Ref::<Range>::known(v).stop), ""),
    member("step", |_, v| Ok(Ref::<Range>::known(v).step), ""),
];

/// The receiver.
pub(super) fn known(args: &[Value]) -> Ref<Range> {
    Ref::known(args[0])
}

fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(given) = args[1].as_tuple() else { return Ok(Value::NONE) };
    match *given.values() {
        [stop] => from_values(t, Value::ZERO, stop, Value::small(1)),
        [start, stop] => from_values(t, start, stop, Value::small(1)),
        [start, stop, step] => from_values(t, start, stop, step),
        [] => Err(t.type_error("range expected at least 1 argument, got 0")),
        _ => Err(t.type_error(format!("range expected at most 3 arguments, got {}", given.len()))),
    }
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let range = known(args);
    let start = text::repr_string(t, range.start)?;
    let stop = text::repr_string(t, range.stop)?;
    let shown = if range.step == Value::small(1) {
        format!("range({start}, {stop})")
    } else {
        let step = text::repr_string(t, range.step)?;
        format!("range({start}, {stop}, {step})")
    };
    Ok(t.new_str(&shown))
}

/// Length, start and step, as far as they matter: two ranges are equal if these are.
fn essence(range: Ref<Range>) -> [Value; 3] {
    match range.length.as_small() {
        Some(0) => [range.length, Value::NONE, Value::NONE],
        Some(1) => [range.length, range.start, Value::NONE],
        _ => [range.length, range.start, range.step],
    }
}

fn hash_of(t: &mut Thread, args: &[Value]) -> PyResult {
    let parts = tuple::new_small(t, &essence(known(args)));
    let h = hash::hash(t, parts)?;
    Ok(int::from_i64(t, h as i64))
}

fn equality(_t: &mut Thread, args: &[Value], equal: bool) -> PyResult {
    let Some(other) = args[1].cast::<Range>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let same =
        |(x, y): (&Value, &Value)| x == y || (!x.is_none() && !y.is_none() && int::of(*x) == int::of(*y));
    let holds = essence(known(args)).iter().zip(&essence(other)).all(same);
    Ok(Value::bool(holds == equal))
}

fn len(t: &mut Thread, args: &[Value]) -> PyResult {
    let length = known(args).length;
    match int::of(length).and_then(IntRef::to_i64) {
        Some(_) => Ok(length),
        None => Err(t.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let range = known(args);
    if let Some(slice) = args[1].cast::<Slice>() {
        return sub_range(t, range, slice);
    }
    if int::as_int(args[1]).is_none() && t.special(args[1], Special::Index).is_none() {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("range indices must be integers or slices, not {name}")));
    }
    let index = int::index(t, args[1])?;
    if let (Some((start, step, length)), IntRef::Small(i)) = (range.small(), index) {
        let i = if i < 0 { i + length } else { i };
        if (0..length).contains(&i) {
            return Ok(Value::small(start + i * step));
        }
        return Err(t.index_error("range object index out of range"));
    }
    let length = Range::part(range.length);
    let mut i = index.big();
    if index.is_negative() {
        i += &length;
    }
    if i.sign() == num_bigint::Sign::Minus || i >= length {
        return Err(t.index_error("range object index out of range"));
    }
    let i = int::from_bigint(t, i);
    Ok(range.item(t, int::of(i).unwrap_or(IntRef::Small(0))))
}

fn sub_range(t: &mut Thread, range: Ref<Range>, slice: Ref<Slice>) -> PyResult {
    if let (Some((origin, unit, length)), true) = (range.small(), slice.step().is_none())
        && let Some((start, stop)) = item::simple_bounds(slice.start(), slice.stop(), length as usize)
    {
        let at = |i: usize| int::from_i64(t, origin + i as i64 * unit);
        let [start, stop] = [start, stop].map(at);
        return Ok(new(t, start, stop, range.step));
    }
    let length = Range::part(range.length);
    let (start, stop, step) = slice::big_indices(t, slice, &length)?;
    let unit = Range::part(range.step);
    let origin = Range::part(range.start);
    let sub_step = int::from_bigint(t, &step * &unit);
    let sub_start = int::from_bigint(t, start * &unit + &origin);
    let sub_stop = int::from_bigint(t, stop * &unit + &origin);
    Ok(new(t, sub_start, sub_stop, sub_step))
}

/// The position of an int in a range; `None` if it is not in it.
fn position(t: &mut Thread, range: Ref<Range>, n: IntRef) -> Option<Value> {
    if let (Some((start, step, length)), IntRef::Small(n)) = (range.small(), n) {
        let distance = n - start;
        let position = distance / step;
        return (distance % step == 0 && (0..length).contains(&position)).then(|| Value::small(position));
    }
    let (quotient, rest) = (n.big() - Range::part(range.start)).div_mod_floor(&Range::part(range.step));
    let inside = quotient.sign() != num_bigint::Sign::Minus && quotient < Range::part(range.length);
    (rest.is_zero() && inside).then(|| int::from_bigint(t, quotient))
}

/// Position of the first item that is equal to a value that is no int.
fn search(t: &mut Thread, range: Value, value: Value) -> PyResult<Option<i64>> {
    let iterator = iter::iter(t, range)?;
    let mut i = 0;
    while let Some(item) = iter::next(t, iterator)? {
        if compare::equal(t, item, value)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    match int::as_exact_int(args[1]) {
        Some(n) => Ok(Value::bool(position(t, known(args), n).is_some())),
        None => Ok(Value::bool(search(t, args[0], args[1])?.is_some())),
    }
}

fn count(t: &mut Thread, args: &[Value]) -> PyResult {
    if let Some(n) = int::as_exact_int(args[1]) {
        return Ok(Value::small(position(t, known(args), n).is_some() as i64));
    }
    let mut count = 0;
    iter::for_each(t, args[0], |t, item| {
        count += compare::equal(t, item, args[1])? as i64;
        Ok(())
    })?;
    Ok(int::from_i64(t, count))
}

fn index(t: &mut Thread, args: &[Value]) -> PyResult {
    if let Some(n) = int::as_exact_int(args[1]) {
        return match position(t, known(args), n) {
            Some(i) => Ok(i),
            None => Err(t.value_error("range.index(x): x not in range")),
        };
    }
    match search(t, args[0], args[1])? {
        Some(i) => Ok(int::from_i64(t, i)),
        None => Err(t.value_error("sequence.index(x): x not in sequence")),
    }
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let range = known(args);
    let class = type_of(args[0]).value();
    let parts = tuple::new_small(t, &[range.start, range.stop, range.step]);
    Ok(tuple::new_small(t, &[class, parts]))
}
