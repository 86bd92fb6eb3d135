//! Making classes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;
use pystm_gc::ShapeId;
use pystm_stm::Slot;

use super::{HEAP, Type, make_root_shape, tables::Tables};
use crate::{
    builtins::{dict, function, tuple, tuple::Tuple},
    error::PyResult,
    kind::Kind,
    native::{Binding, HAS_DICT, NO_CONSTRUCTOR, NativeInfo, TypeDef},
    object::Ref,
    shape::{self, ShapeSpec},
    special::SPECIAL_COUNT,
    thread::{Thread, keep_header},
    value::Value,
};

/// The next [`Type::serial`].
static SERIAL: AtomicU64 = AtomicU64::new(0);

/// Allocates a class with empty fields.
pub(crate) fn allocate(t: &mut Thread, metaclass_shape: ShapeId, def: Option<&'static TypeDef>) -> Ref<Type> {
    let tables = Box::into_raw(Box::new(Mutex::new(Tables::default())));
    // SAFETY: the shape's kind is `Type`; the whole body is initialised.
    unsafe {
        t.alloc_bytes::<Type>(metaclass_shape, shape::shape(metaclass_shape).fixed_size(), |p| {
            keep_header(p, |header| Type {
                header,
                version_word: Slot::new(0),
                name: Slot::new(Value::UNSET),
                qualname: Slot::new(Value::UNSET),
                base: Slot::new(Value::UNSET),
                bases: Slot::new(Value::UNSET),
                mro: Slot::new(Value::UNSET),
                dict: Slot::new(Value::UNSET),
                slot_names: Slot::new(Value::UNSET),
                listing: Slot::new(Value::UNSET),
                flags: Slot::new(0),
                version: Slot::new(0),
                root_shape: Slot::new(Kind::Object.shape().0 as u64),
                special: [const { Slot::from_word(Value::UNSET.bits()) }; SPECIAL_COUNT],
                def: def.map_or(std::ptr::null(), |d| d),
                // Relaxed: only uniqueness matters.
                serial: SERIAL.fetch_add(1, Relaxed),
                tables,
            });
            shape::init_attributes(p as *mut pystm_gc::Object, shape::shape(metaclass_shape));
        })
    }
}

/// Makes the class of a native definition. The shape of the kind is used if it has no class yet.
pub fn new_native(t: &mut Thread, def: &'static TypeDef, base: Ref<Type>) -> Ref<Type> {
    let (class, root) = declare_native(t, def);
    init_native(t, class, def, base, root);
    class
}

/// Allocates the class of a native definition and the shape of its instances; everything else is still missing.
pub(crate) fn declare_native(t: &mut Thread, def: &'static TypeDef) -> (Ref<Type>, ShapeId) {
    let class = allocate(t, Kind::Type.shape(), Some(def));
    t.rt.keep(t, class.value());
    let shared = def.kind.shape();
    // Kinds that many classes share have no class of their own.
    let own_shape = !matches!(def.kind, Kind::Native | Kind::Exception | Kind::Wrapped);
    let root = if own_shape && shape::shape(shared).class().is_unset() {
        shape::shape(shared).init_class(class.value());
        shared
    } else {
        let has_dict = def.flags & HAS_DICT != 0;
        let attrs = if has_dict { def.words } else { 0 };
        let mut layout = shape::copy_layout(&def.layout);
        if has_dict {
            layout.size = pystm_gc::layout::Size::Fixed((def.words as u32 + 1) * 8);
        }
        shape::new_shape(ShapeSpec {
            layout,
            kind: def.kind,
            class: class.value(),
            attrs,
            inline_slots: 0,
            dict_mode: false,
            version: 0,
        })
    };
    (class, root)
}

/// Fills in a class allocated before: names, MRO, namespace.
pub(crate) fn init_native(
    t: &mut Thread,
    class: Ref<Type>,
    def: &'static TypeDef,
    base: Ref<Type>,
    root: ShapeId,
) {
    let (module, name) = match def.name.rsplit_once('.') {
        Some((module, name)) => (module, name),
        None => ("builtins", def.name),
    };
    let name = t.intern(name);
    let namespace = dict::new(t);
    dict::keep_whole(namespace);
    let inherited =
        if class == base { 0 } else { base.flags.get() & (super::EXCEPTION | super::HAS_WEAKREF) };
    let inherited_low = if class == base {
        0
    } else {
        base.flags.get() & (crate::native::SEQUENCE | crate::native::MAPPING | HAS_DICT) as u64
    };
    let mut mro = t.vec();
    mro.push(class.value());
    if class != base {
        mro.extend(base.mro().items().iter().map(|s| s.get()));
    }
    let mro = tuple::new_small(t, &mro);
    let bases = if class == base { tuple::new_small(t, &[]) } else { tuple::new_small(t, &[base.value()]) };
    let w = t.write(class);
    class.name.set(&w, name);
    class.qualname.set(&w, name);
    class.dict.set(&w, namespace.value());
    class.mro.set(&w, mro);
    class.bases.set(&w, bases);
    class.base.set(&w, if class == base { Value::UNSET } else { base.value() });
    class.flags.set(&w, def.flags as u64 | inherited | inherited_low);
    class.root_shape.set(&w, root.0 as u64);
    class.register_shape(root);
    fill_namespace(t, class, def, namespace, module);
    if class != base {
        base.add_native(class);
    }
    if let Some(setup) = def.setup {
        setup(t, class);
    }
}

fn fill_namespace(
    t: &mut Thread,
    class: Ref<Type>,
    def: &'static TypeDef,
    namespace: Ref<dict::Dict>,
    module: &'static str,
) {
    for row in def.methods {
        let info = NativeInfo::leak(row, def.name);
        let value = match row.binding {
            Binding::Instance => function::native::new_method(t, info, class.value()),
            Binding::Class => function::native::new_class_method(t, info, class.value()),
            Binding::Static if row.name == "__new__" => {
                let info = NativeInfo::leak_constructor(row, def);
                function::native::new_constructor(t, info, class.value())
            }
            Binding::Static => function::native::new_static_method(t, info, class.value()),
        };
        put(t, namespace, row.name, value);
    }
    for row in def.getset {
        let value = function::native::new_getset(t, row, class.value());
        put(t, namespace, row.name, value);
    }
    let has = |name: &str| def.methods.iter().any(|m| m.name == name);
    if has("__eq__") && !has("__hash__") {
        put(t, namespace, "__hash__", Value::NONE);
    }
    let has_attribute = |name: &str| def.getset.iter().any(|g| g.name == name);
    if !has_attribute("__doc__") {
        let doc = if def.doc.is_empty() { Value::NONE } else { t.new_str(def.doc) };
        put(t, namespace, "__doc__", doc);
    }
    let base_has_dict = class.base.get().cast::<Type>().is_some_and(|b| b.has(HAS_DICT as u64));
    if def.flags & HAS_DICT != 0 && !base_has_dict && !has_attribute("__dict__") {
        super::slots::add_dict_descriptor(t, class);
    }
    if module != "builtins" && !has_attribute("__module__") {
        let module = t.new_str(module);
        put(t, namespace, "__module__", module);
    }
    if def.flags & NO_CONSTRUCTOR != 0 && def.base.is_some() && !has("__new__") {
        put(t, namespace, "__new__", Value::NONE);
    }
}

/// Stores under an interned name.
pub(crate) fn put(t: &mut Thread, namespace: Ref<dict::Dict>, name: &str, value: Value) {
    let key = t.intern(name);
    dict::set_str(t, namespace, key, value);
}

/// What a `class` statement or `type(name, bases, namespace)` decides before the class is made.
pub struct HeapTypeSpec {
    /// The metaclass.
    pub metaclass: Ref<Type>,
    /// `__name__`, a str.
    pub name: Value,
    /// `__qualname__`, a str.
    pub qualname: Value,
    /// `__bases__`, a tuple, not empty.
    pub bases: Value,
    /// The base whose body the instances extend.
    pub base: Ref<Type>,
    /// The namespace, a fresh dict.
    pub namespace: Ref<dict::Dict>,
    /// Instances have a `__dict__`.
    pub has_dict: bool,
    /// Instances can be weakly referenced.
    pub has_weakref: bool,
    /// Names of the new `__slots__` (mangled), or unset.
    pub slot_names: Value,
    /// Attribute words to reserve in each instance, besides those for slots.
    pub inline_slots: u16,
}

/// Makes a class; its MRO is still unset, and its bases do not know it yet (see [`link`](super::tables::link)).
pub fn new_heap_type(t: &mut Thread, spec: HeapTypeSpec) -> PyResult<Ref<Type>> {
    let class = allocate(t, spec.metaclass.instance_shape(), None);
    t.mutator.registry.add_mourned(class.as_ptr() as *mut pystm_gc::Object);
    let slots = shape::shape(spec.base.instance_shape()).names.len()
        + spec.slot_names.cast::<Tuple>().map_or(0, |names| names.len());
    let root = make_root_shape(class.value(), spec.base, spec.has_dict, slots, spec.inline_slots);
    let inherited = spec.base.flags.get()
        & ((crate::native::SEQUENCE | crate::native::MAPPING | HAS_DICT) as u64
            | super::EXCEPTION
            | super::HAS_WEAKREF);
    let mut flags = HEAP | crate::native::SUBCLASSABLE as u64 | inherited;
    if spec.has_dict {
        flags |= HAS_DICT as u64;
    }
    if spec.has_weakref {
        flags |= super::HAS_WEAKREF;
    }
    let w = t.write(class);
    class.name.set(&w, spec.name);
    class.qualname.set(&w, spec.qualname);
    class.dict.set(&w, spec.namespace.value());
    class.bases.set(&w, spec.bases);
    class.base.set(&w, spec.base.value());
    class.slot_names.set(&w, spec.slot_names);
    class.flags.set(&w, flags);
    class.root_shape.set(&w, root.0 as u64);
    class.register_shape(root);
    Ok(class)
}
