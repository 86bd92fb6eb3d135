//! Iterators over bytes objects and bytearrays.

use pystm_gc::Marker;
use pystm_stm::Slot;

use crate::{
    builtins::{buffer, tuple},
    error::PyResult,
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        native::{self, Native, Payload, trace_value},
    },
    protocol::{attr, number},
    thread::Thread,
    value::Value,
};

/// State of an iterator; the object is unset at the end.
struct BytesIterator {
    bytes: Slot<Value>,
    position: Slot<usize>,
}

impl Payload for BytesIterator {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.bytes.get());
    }
}

/// `bytes_iterator`
pub static ITERATOR_DEF: TypeDef = iterator("bytes_iterator");
/// `bytearray_iterator`
pub static ARRAY_ITERATOR_DEF: TypeDef = iterator("bytearray_iterator");

const fn iterator(name: &'static str) -> TypeDef {
    TypeDef {
        name,
        doc: "",
        base: None,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: 0,
        flags: NO_CONSTRUCTOR,
        methods: &[
            method("__iter__", "($self, /)", |_, args| Ok(args[0]), "Implement iter(self)."),
            method("__next__", "($self, /)", next_method, "Implement next(self)."),
            method("__length_hint__", "($self, /)", length_hint, "Private method returning an estimate of len(list(it))."),
            method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
            method("__setstate__", "($self, state, /)", setstate, "Set state information for unpickling."),
        ],
        getset: &[],
        setup: None,
    }
}

/// `iter(b)` of a bytes object or bytearray.
pub(crate) fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    let def = if args[0].as_bytes().is_some() { &ITERATOR_DEF } else { &ARRAY_ITERATOR_DEF };
    let class = native::class(t, def);
    Ok(native::new(t, class, BytesIterator { bytes: Slot::new(args[0]), position: Slot::new(0) }))
}

/// The next byte, `Some(None)` at the end; `None` if the value is no such iterator.
#[inline]
pub fn next(t: &mut Thread, iterator: Value) -> Option<PyResult<Option<Value>>> {
    let state = native::payload::<BytesIterator>(iterator)?;
    let bytes = state.bytes.get();
    if bytes.is_unset() {
        return Some(Ok(None));
    }
    let i = state.position.get();
    let byte = buffer::direct(bytes).and_then(|view| view.get(i).copied());
    let w = t.write(Ref::<Native>::known(iterator));
    match byte {
        Some(_) => state.position.set(&w, i + 1),
        None => state.bytes.set(&w, Value::UNSET),
    }
    Some(Ok(byte.map(|b| Value::small(b as i64))))
}

fn next_method(t: &mut Thread, args: &[Value]) -> PyResult {
    match next(t, args[0]) {
        Some(Ok(Some(v))) => Ok(v),
        Some(Err(raised)) => Err(raised),
        _ => Err(t.stop_iteration()),
    }
}

fn state(value: Value) -> &'static BytesIterator {
    native::payload(value).unwrap_or_else(|| unreachable!("a bytes iterator"))
}

fn len(state: &BytesIterator) -> usize {
    state.bytes.get().given().and_then(buffer::direct).map_or(0, |view| view.len())
}

fn length_hint(_: &mut Thread, args: &[Value]) -> PyResult {
    let state = state(args[0]);
    Ok(Value::small(len(state).saturating_sub(state.position.get()) as i64))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = state(args[0]);
    let iter = attr::getattr_text(t, t.rt.builtins_module.get(), "iter")?;
    match state.bytes.get().given() {
        Some(bytes) => {
            let arguments = tuple::new_small(t, &[bytes]);
            let position = Value::small(state.position.get() as i64);
            Ok(tuple::new_small(t, &[iter, arguments, position]))
        }
        None => {
            let empty = tuple::new_small(t, &[]);
            let arguments = tuple::new_small(t, &[empty]);
            Ok(tuple::new_small(t, &[iter, arguments]))
        }
    }
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let position = number::index_as_i64(t, args[1])?.max(0) as usize;
    let state = state(args[0]);
    let len = len(state);
    let w = t.write(Ref::<Native>::known(args[0]));
    state.position.set(&w, position.min(len));
    Ok(Value::NONE)
}
