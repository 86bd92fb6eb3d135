//! Instances of Python classes that inherit from an immutable built-in type: they refer to a value of that type.

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::Slot;

use super::typeobj::Type;
use crate::{
    kind::Kind,
    object::{Body, Ref},
    shape,
    thread::{Thread, keep_header},
    value::Value,
};

/// Body of such an instance; attribute words follow.
#[repr(C)]
pub struct Wrapped {
    header: Header,
    version: Slot<u64>,
    /// The value, of exactly the built-in type.
    pub inner: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only such instances have the kind.
unsafe impl Body for Wrapped {
    const KIND: Kind = Kind::Wrapped;
}

/// Words of the body.
pub const WORDS: u16 = 3;
/// Layout of such instances; the size is replaced by each class's own.
pub const LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(24), drop: None };

/// # Safety
/// `object` must be such an instance.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object.
    unsafe {
        marker.words(object, 2, 1);
        shape::trace_attributes(object, marker);
    }
}

/// An instance of `class` around a value of exactly its built-in base.
pub fn new(t: &mut Thread, class: Ref<Type>, inner: Value) -> Value {
    let id = class.instance_shape();
    let shape = shape::shape(id);
    debug_assert_eq!(shape.kind, Kind::Wrapped);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let object = unsafe {
        t.alloc_bytes::<Wrapped>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| Wrapped { header, version: Slot::new(0), inner: Slot::new(inner) });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    super::typeobj::register_finalizer(t, class, object.value());
    object.value()
}

/// The value of the built-in type in an instance of a subclass; any other value as it is.
#[inline]
pub fn unwrap(value: Value) -> Value {
    match value.object() {
        Some(o) if shape::shape_of_object(o).kind == Kind::Wrapped => {
            Ref::<Wrapped>::known(value).inner.get()
        }
        _ => value,
    }
}

/// What a constructor called on `class` returns: the value itself for its own type, an instance around it for a subclass.
#[inline]
pub fn of_class(t: &mut Thread, class: Value, inner: Value) -> Value {
    match class.cast::<Type>() {
        Some(class) if class.instance_kind() == Kind::Wrapped => new(t, class, inner),
        _ => inner,
    }
}
