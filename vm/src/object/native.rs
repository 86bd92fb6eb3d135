//! Objects of native types outside the core: a Rust value behind a header.

use std::any::Any;

use pystm_gc::{
    Header, Layout, Marker, Object,
    header::LOGGED,
    layout::{Size, Trace},
};
use pystm_stm::{Slot, gate};

pub use pystm_stm::Restore;

use crate::{
    builtins::{buffer::Buffer, typeobj::Type},
    kind::Kind,
    native::TypeDef,
    object::{Body, Ref},
    places, shape,
    thread::{Thread, keep_header},
    value::Value,
};

/// Where the state of a payload that can change is kept, and so what a transaction does about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    /// In [`Slot`]s, which a transaction puts back. Or there is none, or none that need be put back: caches.
    InSlots,
    /// Beside them: a transaction has the payload to itself, and what [`Payload::save`] says before its first use.
    Beside,
    /// Nobody knows how to put it back: a transaction becomes irrevocable.
    Outside,
}

/// The Rust state of a native object. Python values in it must stand in [`Slot`]s (so that every store goes through the
/// barrier) or be constant, and `trace` must hand all of them to the collector.
pub trait Payload: Any + Send + Sync {
    /// Hands every value to the marker with [`trace_value`].
    fn trace(&self, marker: &mut Marker);
    /// Bytes held outside the heap, for the collector's accounting.
    fn external_bytes(&self) -> usize {
        0
    }
    /// Where what can change is kept.
    fn kept(&self) -> Kept {
        Kept::Outside
    }
    /// What puts back the state that the payload has now. Called for [`Kept::Beside`] only.
    fn save(&'static self) -> Restore {
        Box::new(|| ())
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
    let payload = state(native);
    let any: &'static dyn Any = payload;
    if gate::in_transaction() && any.is::<P>() {
        keep(native, payload);
    }
    // What is done to a payload cannot be undone.
    gate::set_dirty();
    any.downcast_ref::<P>()
}

/// As [`payload`], to do nothing to it that a transaction would have to undo.
pub fn peek<P: Payload>(value: Value) -> Option<&'static P> {
    let native = value.cast::<Native>()?;
    gate::pass(native.object());
    let any: &'static dyn Any = state(native);
    any.downcast_ref::<P>()
}

/// As [`peek`], whoever owns the object, without a wait: for state behind locks of its own.
pub fn peek_at_once<P: Payload>(value: Value) -> Option<&'static P> {
    let any: &'static dyn Any = state(value.cast::<Native>()?);
    any.downcast_ref::<P>()
}

fn state(native: Ref<Native>) -> &'static dyn Payload {
    // SAFETY: the payload lives as long as the object, which the caller's value keeps alive.
    unsafe { &*(*native.as_ptr()).payload }
}

/// Makes the open transaction fit for a change of the payload.
#[cold]
fn keep(native: Ref<Native>, payload: &'static dyn Payload) {
    let kept = payload.kept();
    if kept == Kept::InSlots || is_fresh(native) {
        return;
    }
    // SAFETY: natives run in Python threads, which look at none of their own state over a call of this.
    let t = unsafe { Thread::running() };
    if kept == Kept::Outside {
        return t.irrevocable_because(&|| places::class_name(native.object()));
    }
    // Nobody else sees it as long as the transaction lasts.
    let _mine = t.write(native);
    if t.own.must_save(native.object()) {
        t.own.log_call(payload.save());
    }
}

/// Whether the object has been made in the open transaction, so that nobody sees it if that is undone.
fn is_fresh(native: Ref<Native>) -> bool {
    native.object().header.load() & LOGGED != 0
}

/// Whether a transaction is open that the object has not been made in.
pub fn outlives_block(value: Value) -> bool {
    gate::in_transaction() && value.cast::<Native>().is_some_and(|native| !is_fresh(native))
}

/// The bytes of a native object that supports the buffer protocol.
pub fn buffer(value: Value) -> Option<&'static dyn Buffer> {
    let native = value.cast::<Native>()?;
    gate::pass(native.object());
    state(native).as_buffer()
}

/// The class of a definition.
pub fn class(t: &mut Thread, def: &'static TypeDef) -> Ref<Type> {
    t.rt.native_class(t, def)
}
