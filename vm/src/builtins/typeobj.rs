//! `type`: classes, their method resolution order, look-up with version tags, and instance shapes.

pub mod build;
pub mod constructor;
pub mod create;
pub mod lookup;
pub mod methods;
pub mod mro;
pub mod rebase;
pub mod slots;
pub mod tables;

use std::borrow::Cow;

use parking_lot::Mutex;
use pystm_gc::{
    Header, Layout, Marker, Object, ShapeId,
    layout::{Access, Size},
};
use pystm_stm::Slot;

use crate::{
    builtins::{dict, str::Str, tuple::Tuple, wrapped},
    kind::Kind,
    native::{HAS_DICT, TypeDef},
    object::{Body, Ref, native},
    runtime::class_of_kind,
    shape::{self, ShapeSpec},
    special::{SPECIAL_COUNT, Special},
    thread::{Thread, keep_header},
    value::Value,
};

use tables::Tables;

pub use create::{HeapTypeSpec, new_heap_type, new_native};

/// Flag: made by a `class` statement (or `type(...)`), so its attributes can be set.
pub const HEAP: u64 = 1 << 32;
/// Flag: instances have a `__weakref__` slot.
pub const HAS_WEAKREF: u64 = 1 << 33;
/// Flag: has abstract methods (`__abstractmethods__` is not empty).
pub const ABSTRACT: u64 = 1 << 34;
/// Flag: a subclass of `BaseException`.
pub const EXCEPTION: u64 = 1 << 35;

/// Flag: the MRO has classes that are no bases, so changes of those do not reach the class: nothing is cached.
pub const ODD_MRO: u64 = 1 << 36;

/// Result of a special-method look-up that found nothing, as it stands in the cache.
const ABSENT: Value = Value::RANGE_STATE;

/// Body of a class. The bits below 2^32 of `flags` are those of [`TypeDef::flags`].
#[repr(C)]
pub struct Type {
    header: Header,
    version_word: Slot<u64>,
    /// `__name__`
    pub name: Slot<Value>,
    /// `__qualname__`
    pub qualname: Slot<Value>,
    /// `__base__` (unset for `object`)
    pub base: Slot<Value>,
    /// `__bases__`
    pub bases: Slot<Value>,
    /// `__mro__`
    pub mro: Slot<Value>,
    /// The namespace, a dict.
    pub dict: Slot<Value>,
    /// Names of `__slots__` in order, a tuple, or unset.
    pub slot_names: Slot<Value>,
    /// The [granule](super::granule) that stands for the list of direct subclasses, or unset: nobody has asked for it in a block.
    listing: Slot<Value>,
    /// See the constants.
    pub flags: Slot<u64>,
    /// Version tag, 0 while the class has no valid one.
    version: Slot<u64>,
    /// Shape of new instances.
    root_shape: Slot<u64>,
    /// `special[i]`: cached look-up of special method i; unset: not looked up, [`ABSENT`]: looked up and not there.
    special: [Slot<Value>; SPECIAL_COUNT],
    /// Native definition, or null.
    def: *const TypeDef,
    /// A number that no other class has or will have.
    pub serial: u64,
    /// What is known of the class outside the heap; freed when it dies.
    tables: *mut Mutex<Tables>,
}

// SAFETY: `repr(C)`, header first, and all objects of this kind have this body.
unsafe impl Body for Type {
    const KIND: Kind = Kind::Type;
}

/// First and number of the value words up to `listing`.
const VALUES: (usize, usize) = (2, 8);

/// Layout of classes.
pub const LAYOUT: Layout =
    Layout { trace: pystm_gc::Trace::Custom(trace), size: Size::Fixed(size_of::<Type>() as u32), drop: None };

/// # Safety
/// `object` must be a class.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object.
    unsafe {
        marker.words(object, VALUES.0, VALUES.1);
        for slot in &(*(object as *const Type)).special {
            marker.value(slot.get().bits());
        }
        (*(object as *const Type)).trace_names(marker);
    }
}

impl Type {
    /// The native definition.
    pub fn def(&self) -> Option<&'static TypeDef> {
        // SAFETY: definitions are statics.
        unsafe { self.def.as_ref() }
    }

    /// Whether all bits of the mask are set in the flags.
    #[inline]
    pub fn has(&self, mask: u64) -> bool {
        self.flags.get() & mask == mask
    }

    /// `__name__`
    pub fn name(&self) -> String {
        self.name.get().cast::<Str>().map(|s| s.to_rust()).unwrap_or_default()
    }

    /// The name as the text crate's formatting functions want it.
    pub fn format_name(&self) -> Cow<'static, str> {
        self.def().map_or_else(|| self.name().into(), |def| def.name.into())
    }

    /// The name in error messages: that of a native type says its module.
    pub fn message_name(&self) -> String {
        self.def().map_or_else(|| self.name(), |def| def.name.to_owned())
    }

    /// Shape of new instances.
    #[inline(always)]
    pub fn instance_shape(&self) -> ShapeId {
        ShapeId(self.root_shape.get() as u32)
    }

    /// Native body of the instances.
    #[inline]
    pub fn instance_kind(&self) -> Kind {
        shape::shape(self.instance_shape()).kind
    }

    /// Version tag; equal tags mean the same class with the same attributes in its whole MRO. 0 is never valid.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get() as u32
    }

    /// The MRO.
    #[inline]
    pub fn mro(&self) -> Ref<Tuple> {
        Ref::known(self.mro.get())
    }

    /// The namespace.
    #[inline]
    pub fn dict(&self) -> Ref<dict::Dict> {
        Ref::known(self.dict.get())
    }
}

impl Ref<Type> {
    /// Whether this is `other` or inherits from it (by MRO; `__subclasscheck__` is not asked).
    #[inline]
    pub fn is_subtype(self, other: Ref<Type>) -> bool {
        self == other || self.mro.get().cast::<Tuple>().is_some_and(|m| m.contains_identity(other.value()))
    }

    /// Whether the class is known to have no such special method.
    #[inline(always)]
    pub fn lacks(&self, special: Special) -> bool {
        self.special[special as usize].get() == ABSENT
    }

    /// Cached look-up of a special method in the MRO.
    #[inline]
    pub fn special(self, t: &mut Thread, special: usize) -> Option<Value> {
        let found = self.special[special].get();
        if !found.is_unset() && lookup::is_noted(t, self.object()) {
            return (found != ABSENT).then_some(found);
        }
        self.find_special(t, special)
    }

    #[cold]
    fn find_special(self, t: &mut Thread, special: usize) -> Option<Value> {
        let name = t.rt.special_name(special);
        let found = lookup::lookup(t, self, name);
        if !self.has(ODD_MRO) && !lookup::is_changed(t, self) {
            let (method, cached) = (found.unwrap_or(ABSENT), &self.special[special]);
            // Each block comes here once for each class: what is not written stays in the caches of all processors.
            if cached.get() != method {
                // Others see the class, and with it the method.
                t.publish(method);
                // What it caches, the thread may read until its next safepoint.
                cached.cache(method);
            }
        }
        found
    }

    /// The attribute `name` (an interned str) of the class or its bases, without binding.
    #[inline]
    pub fn lookup(self, t: &mut Thread, name: Value) -> Option<Value> {
        lookup::lookup(t, self, name)
    }

    /// A new plain instance with empty attribute storage, for kinds `Object`.
    pub fn new_instance(self, t: &mut Thread) -> Value {
        let id = self.instance_shape();
        let shape = shape::shape(id);
        // SAFETY: plain instances consist of header, version word and attribute storage.
        let object = unsafe {
            t.alloc_bytes::<Instance>(id, shape.fixed_size(), |p| {
                keep_header(p, |header| Instance { header, version: Slot::new(0) });
                shape::init_attributes(p as *mut Object, shape);
            })
        };
        register_finalizer(t, self, object.value());
        object.value()
    }
}

/// Body of a plain instance; attribute words follow.
#[repr(C)]
pub struct Instance {
    header: Header,
    version: Slot<u64>,
}

// SAFETY: `repr(C)`, header first; objects of this kind have at least these words.
unsafe impl Body for Instance {
    const KIND: Kind = Kind::Object;
}

/// Has the collector call `__del__` of a new object if its class has one.
#[inline]
pub fn register_finalizer(t: &mut Thread, class: Ref<Type>, object: Value) {
    if class.has(HEAP) && class.special(t, Special::Del as usize).is_some() {
        t.mutator.registry.add_finalizable(object.object_unchecked() as *const Object as *mut Object);
    }
}

/// Words of the fixed part of a body that attribute storage can follow, or `None` if instances of subclasses wrap a
/// value of the type.
pub(crate) fn extensible_words(kind: Kind, def: Option<&'static TypeDef>) -> Option<u16> {
    match kind {
        Kind::Object => Some(2),
        Kind::Int | Kind::Float | Kind::Complex | Kind::Str | Kind::Bytes | Kind::Tuple => None,
        Kind::Wrapped => Some(wrapped::WORDS),
        Kind::Native => Some(native::WORDS),
        _ => def.map(|d| d.words).filter(|&w| w != 0),
    }
}

/// Root shape for instances of a class: the body of its base, with or without attribute storage. The first `slots`
/// attribute words belong to `__slots__`; they have no names in the shape, for members know their places.
pub(crate) fn make_root_shape(
    class: Value,
    base: Ref<Type>,
    has_dict: bool,
    slots: usize,
    inline_slots: u16,
) -> ShapeId {
    let base_shape = shape::shape(base.instance_shape());
    let mut kind = base_shape.kind;
    let mut layout = shape::copy_layout(base_shape.layout());
    let inline_slots = inline_slots + slots as u16;
    let words = match extensible_words(kind, native_def(base)) {
        Some(w) => w,
        None if !has_dict && inline_slots == 0 && kind == Kind::Tuple => 0,
        None => {
            kind = Kind::Wrapped;
            layout = wrapped::LAYOUT;
            wrapped::WORDS
        }
    };
    let attrs = if has_dict || inline_slots > 0 || base_shape.attrs != 0 { words } else { 0 };
    // Nobody has the right to move the attributes of an object that everybody may read.
    let dict_mode = attrs != 0 && has_dict && kind.access() == Access::Public;
    let inline_slots = if dict_mode { slots as u16 } else { inline_slots };
    if attrs != 0 {
        let total = attrs as u32 + 1 + inline_slots as u32;
        layout.size = Size::Fixed(total * 8);
        if kind == Kind::Object {
            layout.trace = pystm_gc::Trace::Fixed { first: attrs, count: 1 + inline_slots };
        }
    }
    let spec = ShapeSpec { layout, kind, class, attrs, inline_slots, dict_mode, version: 0 };
    shape::new_shape_with_names(spec, vec![Value::UNSET; slots])
}

/// Most attribute words that instances of a class get because earlier ones needed them.
const WIDEST: usize = 32;

/// Gives future instances of a class room for this many attributes (and some more) in the object itself: an earlier one
/// had to put them elsewhere. Instances that exist keep their shapes.
pub(crate) fn widen(t: &mut Thread, class: Ref<Type>, slots: usize) {
    let Some(base) = class.base.get().cast::<Type>() else { return };
    let (old, wanted) = (shape::shape(class.instance_shape()), slots.next_multiple_of(4).min(WIDEST));
    if !class.has(HEAP) || old.attrs == 0 || old.inline_slots as usize >= wanted {
        return;
    }
    let declared = old.names.len();
    let inline_slots = (wanted - declared) as u16;
    let root = make_root_shape(class.value(), base, instances_have_dict(class), declared, inline_slots);
    // Relaxed: no object has the shape yet.
    shape::shape(root).version.store(class.version(), std::sync::atomic::Ordering::Relaxed);
    class.register_shape(root);
    let w = t.write(class);
    class.root_shape.set(&w, root.0 as u64);
}

/// The nearest native definition among the class and its bases.
pub fn native_def(class: Ref<Type>) -> Option<&'static TypeDef> {
    let mut at = class;
    loop {
        if let Some(def) = at.def() {
            return Some(def);
        }
        at = Ref::from_value(at.base.get())?;
    }
}

/// Whether instances of the class have a `__dict__`.
pub fn instances_have_dict(class: Ref<Type>) -> bool {
    class.has(HAS_DICT as u64)
}

/// The class `type`.
pub fn class() -> Ref<Type> {
    class_of_kind(Kind::Type)
}
