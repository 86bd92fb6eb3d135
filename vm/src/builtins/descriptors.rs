//! `classmethod` and `staticmethod`. `property` stands in `property.rs`.

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    dict::{self, Dict},
    typeobj::{self, Type},
};
use crate::{
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, SUBCLASSABLE, TypeDef, getset, getter, member, method, static_method},
    object::{Body, Ref},
    protocol::{attr, call, text, truth},
    shape,
    thread::{Thread, keep_header},
    value::Value,
};

pub use super::property::{LAYOUT as PROPERTY_LAYOUT, PROPERTY_DEF, Property, property_get, property_set};

/// Body of `classmethod` and `staticmethod` objects.
#[repr(C)]
pub struct MethodWrapper<const CLASS: bool> {
    header: Header,
    version: Slot<u64>,
    /// `__func__`
    pub callable: Slot<Value>,
    /// `__dict__`, made on demand.
    dict: Slot<Value>,
}

/// Body of a `classmethod`.
pub type ClassMethod = MethodWrapper<true>;
/// Body of a `staticmethod`.
pub type StaticMethod = MethodWrapper<false>;

// SAFETY: `repr(C)`, header first; only class methods have the kind.
unsafe impl Body for ClassMethod {
    const KIND: Kind = Kind::ClassMethod;
}
// SAFETY: `repr(C)`, header first; only static methods have the kind.
unsafe impl Body for StaticMethod {
    const KIND: Kind = Kind::StaticMethod;
}

/// Words of the body.
const WORDS: u16 = 4;
/// Layout of class methods and static methods.
pub const METHOD_LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(32), drop: None };

/// # Safety
/// `object` must be a class method or static method.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object.
    unsafe {
        marker.words(object, 2, 2);
        shape::trace_attributes(object, marker);
    }
}

/// A static method around a callable.
pub fn new_static_method(t: &mut Thread, callable: Value) -> Value {
    let body = |header| StaticMethod {
        header,
        version: Slot::new(0),
        callable: Slot::new(callable),
        dict: Slot::new(Value::UNSET),
    };
    Ref::new(t, body).value()
}

/// A class method around a callable.
pub fn new_class_method(t: &mut Thread, callable: Value) -> Value {
    let body = |header| ClassMethod {
        header,
        version: Slot::new(0),
        callable: Slot::new(callable),
        dict: Slot::new(Value::UNSET),
    };
    Ref::new(t, body).value()
}

fn new_wrapper<const CLASS: bool>(t: &mut Thread, class: Ref<Type>, callable: Value) -> Value {
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let object = unsafe {
        t.alloc_bytes::<MethodWrapper<CLASS>>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| MethodWrapper {
                header,
                version: Slot::new(0),
                callable: Slot::new(callable),
                dict: Slot::new(Value::UNSET),
            });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    typeobj::register_finalizer(t, class, object.value());
    object.value()
}

/// The namespace of a class method or static method. When it is made, it gets the metadata of the callable, as from
/// `functools.update_wrapper`.
pub fn namespace(t: &mut Thread, wrapper: Value) -> Ref<Dict> {
    let slot = namespace_slot(wrapper);
    if let Some(dict) = slot.get().cast::<Dict>() {
        return dict;
    }
    let callable = callable(wrapper);
    let fresh = dict::new(t);
    for name in ["__module__", "__name__", "__qualname__", "__doc__"] {
        match attr::getattr_text(t, callable, name) {
            Ok(v) => dict::set_text(t, fresh, name, v),
            Err(raised) => {
                t.take_exception(raised);
            }
        }
    }
    Ref::known(t.offer(wrapper.object_unchecked(), slot, fresh.value()))
}

/// Where the namespace of a class method or static method stands.
fn namespace_slot(wrapper: Value) -> &'static Slot<Value> {
    let slot: *const Slot<Value> = match wrapper.cast::<ClassMethod>() {
        Some(m) => &m.dict,
        None => &Ref::<StaticMethod>::known(wrapper).dict,
    };
    // SAFETY: the caller keeps the wrapper alive, and everybody may read it.
    unsafe { &*slot }
}

/// The wrapped callable of a class method or static method.
fn callable(wrapper: Value) -> Value {
    match wrapper.cast::<ClassMethod>() {
        Some(m) => m.callable.get(),
        None => Ref::<StaticMethod>::known(wrapper).callable.get(),
    }
}

/// The type `classmethod`.
pub static CLASS_METHOD_DEF: TypeDef = TypeDef {
    name: "classmethod",
    doc: "classmethod(function) -> method\n\nConvert a function to be a class method: it receives the class as implicit \
          first argument.",
    base: None,
    kind: Kind::ClassMethod,
    layout: METHOD_LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE,
    methods: &[
        static_method(
            "__new__",
            "($cls, /, *args, **kwargs)",
            new_object::<true>,
            "Create and return a new object.",
        ),
        method("__init__", "($self, function, /)", init::<true>, "Initialize self."),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            class_method_get,
            "Return an attribute of instance, which is of type owner.",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
    ],
    getset: ATTRIBUTES,
    setup: Some(add_class_getitem),
};

/// The type `staticmethod`.
pub static STATIC_METHOD_DEF: TypeDef = TypeDef {
    name: "staticmethod",
    doc: "staticmethod(function) -> method\n\nConvert a function to be a static method: it does not receive an implicit \
          first argument.",
    base: None,
    kind: Kind::StaticMethod,
    layout: METHOD_LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE,
    methods: &[
        static_method(
            "__new__",
            "($cls, /, *args, **kwargs)",
            new_object::<false>,
            "Create and return a new object.",
        ),
        method("__init__", "($self, function, /)", init::<false>, "Initialize self."),
        method(
            "__get__",
            "($self, instance, owner=None, /)",
            |_, args| Ok(callable(args[0])),
            "Return an attribute of instance, which is of type owner.",
        ),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            |t, a| call::call_ex(t, callable(a[0]), a[1], a[2]),
            "Call self as a function.",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
    ],
    getset: ATTRIBUTES,
    setup: Some(add_class_getitem),
};

const ATTRIBUTES: &[GetSet] = &[
    member("__func__", |_, m| Ok(callable(m)), ""),
    member("__wrapped__", |_, m| Ok(callable(m)), ""),
    getter("__isabstractmethod__", |t, m| Ok(Value::bool(is_abstract(t, callable(m))?)), ""),
    getset("__dict__", |t, m| Ok(namespace(t, m).value()), set_dict, ""),
    getset(
        "__annotations__",
        |t, m| wrapped_attribute(t, m, "__annotations__"),
        |t, m, v| set_wrapped(t, m, v, "__annotations__"),
        "",
    ),
    getset(
        "__annotate__",
        |t, m| wrapped_attribute(t, m, "__annotate__"),
        |t, m, v| set_wrapped(t, m, v, "__annotate__"),
        "",
    ),
];

fn add_class_getitem(t: &mut Thread, class: Ref<Type>) {
    super::generic::add_class_getitem(t, class);
}

/// Whether `value.__isabstractmethod__` is there and true.
pub fn is_abstract(t: &mut Thread, value: Value) -> PyResult<bool> {
    match attr::find_attr(t, value, "__isabstractmethod__")? {
        Some(v) => truth::is_true(t, v),
        None => Ok(false),
    }
}

fn new_object<const CLASS: bool>(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(new_wrapper::<CLASS>(t, Ref::known(args[0]), Value::NONE))
}

fn init<const CLASS: bool>(t: &mut Thread, args: &[Value]) -> PyResult {
    // SAFETY: class methods and static methods have the same body.
    let this: Ref<MethodWrapper<CLASS>> = unsafe { Ref::from_ptr(args[0].object_unchecked()) };
    t.change_public(this.object());
    let w = t.write(this);
    // SAFETY: the body is everybody's to read.
    let body = unsafe { this.peek() };
    body.callable.set(&w, args[1]);
    body.dict.set(&w, Value::UNSET);
    Ok(Value::NONE)
}

fn class_method_get(t: &mut Thread, args: &[Value]) -> PyResult {
    let owner = match args[2].given_not_none() {
        Some(owner) => owner,
        None if args[1].is_none() => return Err(t.type_error("__get__(None, None) is invalid")),
        None => crate::runtime::type_of(args[1]).value(),
    };
    Ok(super::bound_method::new(t, callable(args[0]), owner))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = if args[0].cast::<ClassMethod>().is_some() { "classmethod" } else { "staticmethod" };
    let inner = text::repr_string(t, callable(args[0]))?;
    Ok(t.new_str(&format!("<{name}({inner})>")))
}

fn set_dict(t: &mut Thread, wrapper: Value, value: Value) -> PyResult<()> {
    let Some(fresh) = value.cast::<Dict>() else {
        return Err(super::object::bad_dict(t, value));
    };
    let object = wrapper.object_unchecked();
    t.change_public(object);
    let w = t.write_object(object);
    namespace_slot(wrapper).set(&w, fresh.value());
    Ok(())
}

/// An attribute that is read from the callable and then kept in the wrapper.
fn wrapped_attribute(t: &mut Thread, wrapper: Value, name: &str) -> PyResult {
    let namespace = namespace(t, wrapper);
    if let Some(found) = dict::get_text(t, namespace, name) {
        return Ok(found);
    }
    let value = attr::getattr_text(t, callable(wrapper), name)?;
    dict::set_text(t, namespace, name, value);
    Ok(value)
}

fn set_wrapped(t: &mut Thread, wrapper: Value, value: Value, name: &str) -> PyResult<()> {
    let namespace = namespace(t, wrapper);
    if value.is_unset() {
        let key = t.intern(name);
        if dict::remove(t, namespace, key)?.is_none() {
            let class = crate::runtime::type_of(wrapper).name();
            return Err(t.raise(Exc::AttributeError, format!("'{class}' object has no attribute '{name}'")));
        }
        return Ok(());
    }
    dict::set_text(t, namespace, name, value);
    Ok(())
}
