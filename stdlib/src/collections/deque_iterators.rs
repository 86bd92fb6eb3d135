//! Iterators over deques, forwards and backwards.

use super::{
    deque::{Deque, mutated},
    deque_methods,
};
use pystm_vm::{
    builtins::{
        iterators::{ITER, NEXT},
        tuple,
    },
    error::{Exc, PyResult},
    native::{TypeDef, method, static_method},
    object::{
        Ref,
        record::{self, Next, Record},
    },
    protocol::number,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// `collections._deque_iterator`
pub static ITERATOR: TypeDef = record::def(
    "collections._deque_iterator",
    "",
    0,
    &[
        static_method("__new__", "($cls, deque, index=0, /)", forward_new, "Makes an iterator."),
        ITER,
        NEXT,
        method("__length_hint__", "($self, /)", length_hint, "Number of items left."),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
    ],
);

/// `collections._deque_reverse_iterator`
pub static REVERSE_ITERATOR: TypeDef = record::def(
    "collections._deque_reverse_iterator",
    "",
    0,
    &[
        static_method("__new__", "($cls, deque, index=0, /)", backward_new, "Makes an iterator."),
        ITER,
        NEXT,
        method("__length_hint__", "($self, /)", length_hint, "Number of items left."),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
    ],
);

// Values.
const DEQUE: usize = 0;
/// Number of items given.
const GIVEN: usize = 1;
/// State of the deque when iteration began.
const STATE: usize = 2;
const LEFT: usize = 3;

/// An iterator over a deque.
pub fn new(t: &mut Thread, deque: Deque, reverse: bool) -> Value {
    let (def, next): (_, Next) = if reverse { (&REVERSE_ITERATOR, previous) } else { (&ITERATOR, next) };
    record::new(t, def, Some(next), &start(deque))
}

fn start(deque: Deque) -> [Value; 4] {
    [deque.0.value(), Value::ZERO, Value::small(deque.state()), Value::small(deque.len() as i64)]
}

fn construct(t: &mut Thread, args: &[Value], step: Next) -> PyResult {
    let class = t.rt.native_class(t, &deque_methods::DEF);
    if !type_of(args[1]).is_subtype(class) {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("argument 1 must be collections.deque, not {name}")));
    }
    let skipped = match args[2].given() {
        Some(n) => number::index_as_i64(t, n)?,
        None => 0,
    };
    let iterator = record::new_of_class(t, Ref::known(args[0]), Some(step), &start(Deque::known(args[1])));
    for _ in 0..skipped {
        if step(t, Ref::known(iterator))?.is_none() {
            break;
        }
    }
    Ok(iterator)
}

fn forward_new(t: &mut Thread, args: &[Value]) -> PyResult {
    construct(t, args, next)
}

fn backward_new(t: &mut Thread, args: &[Value]) -> PyResult {
    construct(t, args, previous)
}

/// The number of the next item to give, or `None` at the end.
fn advance(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<usize>> {
    let deque = Deque::known(it.get(DEQUE));
    if deque.state() != it.get_int(STATE) {
        it.set_int(t, LEFT, 0);
        return Err(mutated(t, Exc::RuntimeError));
    }
    let (given, left) = (it.get_int(GIVEN), it.get_int(LEFT));
    if left == 0 {
        return Ok(None);
    }
    it.set_int(t, GIVEN, given + 1);
    it.set_int(t, LEFT, left - 1);
    Ok(Some(given as usize))
}

fn next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    Ok(advance(t, it)?.and_then(|n| Deque::known(it.get(DEQUE)).get(n)))
}

fn previous(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let deque = Deque::known(it.get(DEQUE));
    Ok(advance(t, it)?.and_then(|n| deque.get(deque.len().checked_sub(n + 1)?)))
}

fn length_hint(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(Ref::<Record>::known(args[0]).get_int(LEFT)))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let given = Deque::known(it.get(DEQUE)).len() as i64 - it.get_int(LEFT);
    let arguments = tuple::new_small(t, &[it.get(DEQUE), Value::small(given)]);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments]))
}
