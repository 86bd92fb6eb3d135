//! Iterators over strs.

use pystm_gc::Marker;
use pystm_stm::Slot;

use super::{Str, methods};
use crate::{
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

/// State of an iterator; the str is unset at the end.
struct StrIterator {
    text: Slot<Value>,
    position: Slot<usize>,
}

impl Payload for StrIterator {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.text.get());
    }
}

/// `str_ascii_iterator`, the type of iterators over ASCII strs.
pub static ASCII_DEF: TypeDef = iterator("str_ascii_iterator");
/// `str_iterator`
pub static DEF: TypeDef = iterator("str_iterator");

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
            method("__setstate__", "($self, object, /)", setstate, "Set state information for unpickling."),
        ],
        getset: &[],
        setup: None,
    }
}

/// `iter(s)`
pub(super) fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = methods::this(args[0]);
    let class = native::class(t, if s.is_ascii() { &ASCII_DEF } else { &DEF });
    Ok(native::new(t, class, StrIterator { text: Slot::new(s.value()), position: Slot::new(0) }))
}

/// The next character, `Some(None)` at the end; `None` if the value is no iterator over a str.
#[inline]
pub fn next(t: &mut Thread, iterator: Value) -> Option<PyResult<Option<Value>>> {
    let state = native::payload::<StrIterator>(iterator)?;
    let Some(text) = state.text.get().cast::<Str>() else { return Some(Ok(None)) };
    let i = state.position.get();
    let w = t.write(Ref::<Native>::known(iterator));
    if i >= text.len() {
        state.text.set(&w, Value::UNSET);
        return Some(Ok(None));
    }
    state.position.set(&w, i + 1);
    Some(methods::char_at(t, text, i).map(Some))
}

fn next_method(t: &mut Thread, args: &[Value]) -> PyResult {
    match next(t, args[0]) {
        Some(Ok(Some(v))) => Ok(v),
        Some(Err(raised)) => Err(raised),
        _ => Err(t.stop_iteration()),
    }
}

fn state(value: Value) -> &'static StrIterator {
    native::payload(value).unwrap_or_else(|| unreachable!("a str iterator"))
}

fn length_hint(_: &mut Thread, args: &[Value]) -> PyResult {
    let state = state(args[0]);
    let len = state.text.get().cast::<Str>().map_or(0, |s| s.len());
    Ok(Value::small(len.saturating_sub(state.position.get()) as i64))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = state(args[0]);
    let iter = attr::getattr_text(t, t.rt.builtins_module.get(), "iter")?;
    let (text, position) = (state.text.get(), state.position.get());
    let done = text.is_unset();
    let text = if done { t.intern("") } else { text };
    let arguments = crate::builtins::tuple::new_small(t, &[text]);
    if done {
        return Ok(crate::builtins::tuple::new_small(t, &[iter, arguments]));
    }
    Ok(crate::builtins::tuple::new_small(t, &[iter, arguments, Value::small(position as i64)]))
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let position = number::index_as_i64(t, args[1])?;
    let state = state(args[0]);
    if let Some(text) = state.text.get().cast::<Str>() {
        let w = t.write(Ref::<Native>::known(args[0]));
        state.position.set(&w, (position.max(0) as usize).min(text.len()));
    }
    Ok(Value::NONE)
}
