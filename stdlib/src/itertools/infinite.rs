//! `count`, `cycle`, `repeat`.

use pystm_vm::{
    builtins::{
        int,
        iterators::{ITER, NEXT},
        list::{self, List},
    },
    error::PyResult,
    native::{SUBCLASSABLE, TypeDef, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{iter, number, text},
    runtime::type_of,
    special::{self, Special},
    thread::Thread,
    value::Value,
};

/// `itertools.count`
pub static COUNT: TypeDef = record::def(
    "itertools.count",
    "count(start=0, step=1)\n--\n\nThe numbers start, start + step, start + 2 * step and so on.",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, start=0, step=1)", count_new, "Makes a counting iterator."),
        ITER,
        NEXT,
        method("__repr__", "($self, /)", count_repr, "repr(self)"),
    ],
);

fn is_number(t: &mut Thread, value: Value) -> bool {
    [Special::Index, Special::Int, Special::Float, Special::Complex]
        .iter()
        .any(|&s| t.special(value, s).is_some())
}

fn count_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let (start, step) = (args[1].or(Value::ZERO), args[2].or(Value::small(1)));
    if !is_number(t, start) || !is_number(t, step) {
        return Err(t.type_error("a number is required"));
    }
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(count_next), &[start, step]))
}

fn count_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let (current, step) = (it.get(0), it.get(1));
    let following = match (current.as_small(), step.as_small()) {
        (Some(n), Some(1)) if n < Value::INT_MAX => Value::small(n + 1),
        _ => number::binary(t, special::ADD, current, step)?,
    };
    it.set(t, 0, following);
    Ok(Some(current))
}

fn count_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let name = type_of(args[0]).name();
    let current = text::repr_string(t, it.get(0))?;
    if it.get(1) == Value::small(1) {
        return Ok(t.new_str(&format!("{name}({current})")));
    }
    let step = text::repr_string(t, it.get(1))?;
    Ok(t.new_str(&format!("{name}({current}, {step})")))
}

/// `itertools.cycle`
pub static CYCLE: TypeDef = record::def(
    "itertools.cycle",
    "cycle(iterable, /)\n--\n\nThe items of the iterable, again and again.",
    SUBCLASSABLE,
    &[static_method("__new__", "($cls, iterable, /)", cycle_new, "Makes a cycling iterator."), ITER, NEXT],
);

// Values of a cycle.
/// The iterator during the first round, then unset.
const SOURCE: usize = 0;
const SAVED: usize = 1;
const INDEX: usize = 2;

fn cycle_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let source = iter::iter(t, args[1])?;
    let saved = list::new(t, &[]);
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(cycle_next), &[source, saved, Value::ZERO]))
}

fn cycle_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let saved: Ref<List> = Ref::known(it.get(SAVED));
    if let Some(source) = it.get(SOURCE).given() {
        if let Some(item) = iter::next(t, source)? {
            list::append(t, saved, item);
            return Ok(Some(item));
        }
        it.set(t, SOURCE, Value::UNSET);
    }
    let index = it.get_int(INDEX);
    let item = saved.get(index as usize);
    if item.is_some() {
        let following = if index as usize + 1 == saved.len() { 0 } else { index + 1 };
        it.set_int(t, INDEX, following);
    }
    Ok(item)
}

/// `itertools.repeat`
pub static REPEAT: TypeDef = record::def(
    "itertools.repeat",
    "repeat(object [,times]) -> an iterator that gives the object the given number of times, or endlessly.",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, object, times=None)", repeat_new, "Makes a repeating iterator."),
        ITER,
        NEXT,
        method("__repr__", "($self, /)", repeat_repr, "repr(self)"),
        method("__length_hint__", "($self, /)", repeat_length_hint, "Number of times left."),
    ],
);

/// Times left of an endless repeat.
const ENDLESS: i64 = -1;

fn repeat_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let times = match args[2].given() {
        Some(n) => number::index_as_i64(t, n)?.clamp(0, Value::INT_MAX),
        None => ENDLESS,
    };
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(repeat_next), &[args[1], Value::small(times)]))
}

fn repeat_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    match it.get_int(1) {
        0 => return Ok(None),
        ENDLESS => {}
        left => it.set_int(t, 1, left - 1),
    }
    Ok(Some(it.get(0)))
}

fn repeat_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let name = type_of(args[0]).name();
    let object = text::repr_string(t, it.get(0))?;
    let s = match it.get_int(1) {
        ENDLESS => format!("{name}({object})"),
        left => format!("{name}({object}, {left})"),
    };
    Ok(t.new_str(&s))
}

fn repeat_length_hint(t: &mut Thread, args: &[Value]) -> PyResult {
    match Ref::<Record>::known(args[0]).get_int(1) {
        ENDLESS => Err(t.type_error("len() of unsized object")),
        left => Ok(int::from_i64(t, left)),
    }
}
