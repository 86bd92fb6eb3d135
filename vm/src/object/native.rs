//! Objects of native types outside the core: a Rust value behind a header.

use std::any::Any;

use pystm_gc::{
    Header, Layout, Marker, Object,
    layout::{Size, Trace},
};
use pystm_stm::{Slot, gate};

use crate::{
    builtins::{buffer::Buffer, typeobj::Type},
    kind::Kind,
    native::TypeDef,
    object::{Body, Ref},
    shape,
    thread::{Thread, keep_header},
    value::Value,
};

/// The Rust state of a native object. Python values in it must stand in [`Slot`]s (so that every store goes through the
/// barrier) or be constant, and `trace` must hand all of them to the collector.
pub trait Payload: Any + Send + Sync {
    /// Hands every value to the marker with [`trace_value`].
    fn trace(&self, marker: &mut Marker);
    /// Bytes held outside the heap, for the collector's accounting.
    fn external_bytes(&self) -> usize {
        0
    }
    /// Whether all that can change stands in [`Slot`]s, or does not matter to programs (caches): then a transaction can undo it.
    fn can_be_undone(&self) -> bool {
        false
    }
    /// The bytes of the object, if it supports the buffer protocol.
    fn as_buffer(&self) -> Option<&dyn Buffer> {
        None
    }
}

/// Hands one value of a payload to the marker.
pub fn trace_value(marker: &mut Marker, value: Value) {
    // SAFETY: values lead to objects.
    unsafe { marker.value(value.bits()) };
}

/// Body of a native object.
#[repr(C)]
pub struct Native {
    header: Header,
    version: Slot<u64>,
    payload: *mut dyn Payload,
}

// SAFETY: `repr(C)`, header first, and only such objects have the kind.
unsafe impl Body for Native {
    const KIND: Kind = Kind::Native;
}

/// Words of the body.
pub const WORDS: u16 = 4;

/// Layout of native types, for their [`TypeDef`].
pub const LAYOUT: Layout = Layout {
    trace: Trace::Custom(trace),
    size: Size::Fixed(size_of::<Native>() as u32),
    drop: Some(drop_payload),
};

/// # Safety
/// `object` must be a native object.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object; its payload lives as long as it does.
    unsafe {
        (*(*(object as *const Native)).payload).trace(marker);
        shape::trace_attributes(object, marker);
    }
}

/// # Safety
/// `object` must be a dead native object.
unsafe fn drop_payload(object: *mut Object) {
    // SAFETY: made by `Box::into_raw` in `new`, dropped once.
    drop(unsafe { Box::from_raw((*(object as *mut Native)).payload) });
}

/// A new object of a native class (or of a Python class over one) with this state.
pub fn new<P: Payload>(t: &mut Thread, class: Ref<Type>, payload: P) -> Value {
    let external = payload.external_bytes();
    let payload: *mut dyn Payload = Box::into_raw(Box::new(payload));
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // The payload may hold values that nothing else refers to: no collection until it is part of an object.
    t.mutator.paused += 1;
    // SAFETY: native classes have this body; attribute words are initialised too.
    let object = unsafe {
        t.alloc_bytes::<Native>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| Native { header, version: Slot::new(0), payload });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    t.mutator.paused -= 1;
    t.mutator.registry.add_droppable(object.as_ptr() as *mut Object);
    t.mutator.note_external(external + 64);
    crate::builtins::typeobj::register_finalizer(t, class, object.value());
    object.value()
}

/// The state of a native object, if it is of this type.
pub fn payload<P: Payload>(value: Value) -> Option<&'static P> {
    let native = value.cast::<Native>()?;
    gate::pass(native.object());
    // What is done to a payload cannot be undone.
    gate::set_dirty();
    // SAFETY: the payload lives as long as the object, which the caller's value keeps alive.
    let payload: &'static dyn Payload = unsafe { &*(*native.as_ptr()).payload };
    let any: &'static dyn Any = payload;
    if gate::in_transaction() && any.is::<P>() && !payload.can_be_undone() {
        gate::irrevocable(native.object());
    }
    any.downcast_ref::<P>()
}

/// The bytes of a native object that supports the buffer protocol.
pub fn buffer(value: Value) -> Option<&'static dyn Buffer> {
    let native = value.cast::<Native>()?;
    gate::pass(native.object());
    // SAFETY: as in `payload`.
    let payload: &'static dyn Payload = unsafe { &*(*native.as_ptr()).payload };
    payload.as_buffer()
}

/// The class of a definition.
pub fn class(t: &mut Thread, def: &'static TypeDef) -> Ref<Type> {
    t.rt.native_class(t, def)
}
