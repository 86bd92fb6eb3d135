//! `PickleBuffer`: marks bytes that a program may carry past the pickle.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::memoryview::{self, MemoryView},
    error::PyResult,
    kind::Kind,
    native::{TypeDef, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::call,
    thread::Thread,
    value::Value,
};

/// The view of the bytes, unset once released.
struct PickleBuffer {
    view: Slot<Value>,
}

impl Payload for PickleBuffer {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.view.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(super) static DEF: TypeDef = TypeDef {
    name: "pickle.PickleBuffer",
    doc: "Wrapper for potentially out-of-band buffers",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: pystm_vm::native::WEAK,
    methods: &[
        static_method("__new__", "($cls, object, /)", new, "Wrap an object that has bytes."),
        method("__buffer__", "($self, flags, /)", view_again, "Return a view of the bytes."),
        method("raw", "($self, /)", raw, "Return a flat memoryview over all bytes, without item types."),
        method("release", "($self, /)", release, "Let go of the object."),
    ],
    getset: &[],
    setup: None,
};

/// Whether the value is a `PickleBuffer`.
pub(super) fn is_buffer(value: Value) -> bool {
    native::payload::<PickleBuffer>(value).is_some()
}

/// A new view of the bytes of a `PickleBuffer`.
pub(super) fn view(t: &mut Thread, object: Value) -> PyResult<Ref<MemoryView>> {
    let view = held_view(t, object)?;
    Ok(Ref::known(memoryview::from_object(t, view.value())?))
}

/// The view that a `PickleBuffer` holds.
fn held_view(t: &mut Thread, object: Value) -> PyResult<Ref<MemoryView>> {
    match native::payload::<PickleBuffer>(object).and_then(|b| b.view.get().cast::<MemoryView>()) {
        Some(view) => Ok(view),
        None => Err(t.value_error("operation forbidden on released PickleBuffer object")),
    }
}

/// The bytes of a contiguous view as they lie.
pub(super) fn bytes(t: &mut Thread, view: Ref<MemoryView>) -> PyResult<Vec<u8>> {
    if view.is_contiguous() {
        return memoryview::contiguous_bytes(t, view);
    }
    let order = t.intern("A");
    let bytes = call::call_method(t, view.value(), "tobytes", &[order])?;
    pystm_vm::builtins::buffer::to_vec(t, bytes)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = match memoryview::from_object(t, args[1]) {
        Ok(view) => view,
        Err(raised) if pystm_vm::builtins::buffer::is_bytes_like(t, args[1]) => return Err(raised),
        Err(raised) => {
            crate::support::swallow(t, raised);
            return Err(pystm_vm::builtins::buffer::required(t, args[1]));
        }
    };
    Ok(native::new(t, Ref::known(args[0]), PickleBuffer { view: Slot::new(view) }))
}

fn view_again(t: &mut Thread, args: &[Value]) -> PyResult {
    view(t, args[0]).map(Ref::value)
}

fn raw(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = held_view(t, args[0])?;
    let flat = memoryview::raw(t, view);
    flat.map_or_else(
        || {
            let message = "cannot extract raw buffer from non-contiguous buffer";
            Err(t.raise(pystm_vm::error::Exc::BufferError, message))
        },
        Ok,
    )
}

fn release(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(payload) = native::payload::<PickleBuffer>(args[0]) else { return Ok(Value::NONE) };
    let view = payload.view.get();
    if let Some(object) = args[0].object() {
        let w = t.write_object(object);
        payload.view.set(&w, Value::UNSET);
    }
    if !view.is_unset() {
        call::call_method(t, view, "release", &[])?;
    }
    Ok(Value::NONE)
}
