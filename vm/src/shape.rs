//! Shapes: hidden classes. A shape tells an object's class, native body, and which attribute stands in which slot.
//!
//! An instance with attributes has, from word [`Shape::attrs`] on, one word for an overflow object (or, in dict mode,
//! for its dict) and then [`Shape::inline_slots`] words of attribute values. Adding an attribute moves the instance to
//! the shape that the transition for that name leads to.

use std::{
    ptr,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use parking_lot::Mutex;
use pystm_gc::{
    Layout, Marker, Object, ShapeId,
    layout::{ShapeHead, Size, Trace, allocate_shape, free_shape, shape_address},
};
use pystm_stm::{Slot, Word};
use rustc_hash::FxHashMap;

use crate::{builtins::typeobj::Type, kind::Kind, value::Value};

/// Largest number of attributes before an instance goes to dict mode.
pub const MAX_SLOTS: usize = 128;

/// A hidden class. It lives as long as its class, which the objects of the shape keep alive.
#[repr(C)]
pub struct Shape {
    /// The collector's view; must be first.
    head: ShapeHead,
    /// Native body of the objects.
    pub kind: Kind,
    /// Attribute values live in a dict (found in the overflow word).
    pub dict_mode: bool,
    /// Word index of the overflow word, or 0 if the objects have no attributes of their own.
    pub attrs: u16,
    /// Attribute words inside the object.
    pub inline_slots: u16,
    /// The class, a [`Type`](crate::builtins::typeobj::Type) object.
    class: Slot<Value>,
    /// Copy of the class's version tag.
    pub version: AtomicU32,
    /// Attribute names (interned strs) in the order of their slots.
    pub names: Vec<Value>,
    slots: FxHashMap<u64, u32>,
    transitions: Mutex<Vec<(u64, ShapeId)>>,
}

/// Where an attribute stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SlotPlace {
    /// Word index inside the object.
    Inline(usize),
    /// Index among the overflow object's slots.
    Overflow(usize),
}

impl Shape {
    /// How the collector traces and measures the objects.
    #[inline(always)]
    pub fn layout(&self) -> &Layout {
        &self.head.layout
    }

    /// The class of the objects.
    #[inline(always)]
    pub fn class(&self) -> Value {
        self.class.get()
    }

    /// Sets the class of a shape; only while the interpreter boots or the shape is new.
    pub fn init_class(&self, class: Value) {
        self.class.init(class);
    }

    /// Slot number of an attribute (an interned str).
    pub fn find(&self, name: Value) -> Option<usize> {
        self.slots.get(&name.to_word()).map(|&n| n as usize)
    }

    /// Where slot `n` stands.
    #[inline(always)]
    pub fn place(&self, n: usize) -> SlotPlace {
        if n < self.inline_slots as usize {
            SlotPlace::Inline(self.attrs as usize + 1 + n)
        } else {
            SlotPlace::Overflow(n - self.inline_slots as usize)
        }
    }

    /// Bytes of an object with this shape (only for shapes of fixed size).
    #[inline(always)]
    pub fn fixed_size(&self) -> usize {
        match self.layout().size {
            Size::Fixed(n) => n as usize,
            _ => 0,
        }
    }
}

/// The shape with this number.
#[inline(always)]
pub fn shape(id: ShapeId) -> &'static Shape {
    // SAFETY: numbers come from the headers of live objects, which keep the class that owns their shape alive, and from
    // that class. Caches hold numbers only to compare them.
    unsafe { &*(shape_address(id) as *const Shape) }
}

/// The shape of an object.
#[inline(always)]
pub fn shape_of_object(object: &Object) -> &'static Shape {
    shape(object.header.shape())
}

/// What distinguishes one root shape from another.
pub struct ShapeSpec {
    /// How the collector traces and measures the objects.
    pub layout: Layout,
    /// Native body.
    pub kind: Kind,
    /// The class, or unset while booting.
    pub class: Value,
    /// Word index of the attribute storage, or 0.
    pub attrs: u16,
    /// Attribute words inside the object.
    pub inline_slots: u16,
    /// See [`Shape::dict_mode`].
    pub dict_mode: bool,
    /// The class's version tag.
    pub version: u32,
}

/// Makes a shape without attributes.
pub fn new_shape(spec: ShapeSpec) -> ShapeId {
    install(spec, Vec::new())
}

/// Makes a shape that has these attributes from the start (`__slots__`).
pub fn new_shape_with_names(spec: ShapeSpec, names: Vec<Value>) -> ShapeId {
    install(spec, names)
}

fn install(spec: ShapeSpec, names: Vec<Value>) -> ShapeId {
    let slots = names.iter().enumerate().map(|(i, n)| (n.to_word(), i as u32)).collect();
    let id = allocate_shape(size_of::<Shape>());
    // Classes with a native definition live as long as the process.
    let owner = spec.class.cast::<Type>().filter(|class| class.def().is_none());
    let value = Shape {
        head: ShapeHead::new(spec.layout, owner.map_or(ptr::null_mut(), |c| c.as_ptr() as *mut Object))
            .with_access(spec.kind.access())
            .with_alone(spec.kind.is_alone()),
        kind: spec.kind,
        dict_mode: spec.dict_mode,
        attrs: spec.attrs,
        inline_slots: spec.inline_slots,
        class: Slot::new(spec.class),
        version: AtomicU32::new(spec.version),
        names,
        slots,
        transitions: Mutex::new(Vec::new()),
    };
    // SAFETY: fresh memory of the right size and alignment (16).
    unsafe { (shape_address(id) as *mut Shape).write(value) };
    id
}

/// Frees a shape.
///
/// # Safety
/// No live object has the shape, and nobody will use its number.
pub(crate) unsafe fn free(id: ShapeId) {
    // SAFETY: handed on; `install` has initialised the shape.
    unsafe {
        ptr::drop_in_place(shape_address(id) as *mut Shape);
        free_shape(id);
    }
}

/// The shape that an object of shape `from` has after gaining the attribute, or `None` if it should go to dict mode.
/// `register` is told of a new shape, so that the class can keep its version up to date.
pub fn transition(from: ShapeId, name: Value, register: impl FnOnce(ShapeId)) -> Option<ShapeId> {
    let old = shape(from);
    if old.names.len() >= MAX_SLOTS || old.dict_mode || old.attrs == 0 {
        return None;
    }
    let mut transitions = old.transitions.lock();
    if let Some((_, to)) = transitions.iter().find(|(n, _)| *n == name.to_word()) {
        return Some(*to);
    }
    let mut names = old.names.clone();
    names.push(name);
    let spec = ShapeSpec {
        layout: copy_layout(old.layout()),
        kind: old.kind,
        class: old.class(),
        attrs: old.attrs,
        inline_slots: old.inline_slots,
        dict_mode: false,
        // Relaxed: a stale version makes a cache miss, no more.
        version: old.version.load(Relaxed),
    };
    let to = install(spec, names);
    register(to);
    transitions.push((name.to_word(), to));
    Some(to)
}

/// The layout again (layouts are plain data but not `Copy`).
pub fn copy_layout(layout: &Layout) -> Layout {
    Layout { trace: layout.trace, size: layout.size, drop: layout.drop }
}

/// A layout of `words` words whose values start at word `first`.
pub const fn fixed_layout(words: usize, first: usize) -> Layout {
    Layout {
        trace: Trace::Fixed { first: first as u16, count: (words - first) as u16 },
        size: Size::Fixed(words as u32 * 8),
        drop: None,
    }
}

/// Marks the attribute storage of an object, for the trace functions of bodies that subclasses extend.
///
/// # Safety
/// `object` must be an initialised object.
#[inline]
pub unsafe fn trace_attributes(object: *const Object, marker: &mut Marker) {
    // SAFETY: the shape says which words the object has.
    unsafe {
        let shape = shape_of_object(&*object);
        if shape.attrs != 0 {
            marker.words(object, shape.attrs as usize, 1 + shape.inline_slots as usize);
        }
    }
}

/// Empties the attribute storage of a new object.
///
/// # Safety
/// `object` must be a new object that is as large as the shape says.
#[inline]
pub unsafe fn init_attributes(object: *mut Object, shape: &Shape) {
    if shape.attrs != 0 {
        for i in 0..1 + shape.inline_slots as usize {
            // SAFETY: the words lie inside the object. Relaxed: nobody else has seen it.
            unsafe { (*object).word(shape.attrs as usize + i).store(Value::UNSET.bits(), Relaxed) };
        }
    }
}
