//! `property`.

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    descriptors::is_abstract,
    typeobj::{self, Type},
};
use crate::{
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{GetSet, Method, SUBCLASSABLE, TypeDef, getset, getter, member, method, static_method},
    object::{Body, Ref},
    protocol::{attr, call},
    runtime::{class_of_kind, type_of},
    shape,
    thread::{Thread, keep_header},
    value::Value,
};

/// Body of a property. Absent parts are unset.
#[repr(C)]
pub struct Property {
    header: Header,
    version: Slot<u64>,
    /// `fget`
    pub getter: Slot<Value>,
    /// `fset`
    pub setter: Slot<Value>,
    /// `fdel`
    pub deleter: Slot<Value>,
    doc: Slot<Value>,
    name: Slot<Value>,
    /// True if the docstring is the getter's.
    doc_from_getter: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only properties have the kind.
unsafe impl Body for Property {
    const KIND: Kind = Kind::Property;
}

/// Words of the body.
const WORDS: u16 = 8;
/// Layout of properties.
pub const LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(64), drop: None };

/// # Safety
/// `object` must be a property.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object.
    unsafe {
        marker.words(object, 2, 6);
        shape::trace_attributes(object, marker);
    }
}

/// Reads the attribute of an instance.
pub fn property_get(t: &mut Thread, property: Ref<Property>, instance: Value) -> PyResult {
    match property.getter.get().given() {
        Some(getter) => {
            t.check_native_stack()?;
            call::call(t, getter, &[instance])
        }
        None => Err(lacks(t, property, instance, "getter")),
    }
}

/// Writes the attribute of an instance, or deletes it if `value` is unset.
pub fn property_set(
    t: &mut Thread,
    property: Ref<Property>,
    instance: Value,
    value: Value,
    _name: Value,
) -> PyResult<()> {
    t.check_native_stack()?;
    if value.is_unset() {
        let Some(deleter) = property.deleter.get().given() else {
            return Err(lacks(t, property, instance, "deleter"));
        };
        call::call(t, deleter, &[instance])?;
    } else {
        let Some(setter) = property.setter.get().given() else {
            return Err(lacks(t, property, instance, "setter"));
        };
        call::call(t, setter, &[instance, value])?;
    }
    Ok(())
}

#[cold]
fn lacks(t: &mut Thread, property: Ref<Property>, instance: Value, what: &str) -> Raised {
    let name = match find_name(t, property) {
        Ok(name) => name,
        Err(raised) => return raised,
    };
    let class = super::object::text_of(type_of(instance).qualname.get());
    let name = match name {
        Some(name) => match crate::protocol::text::repr_string(t, name) {
            Ok(name) => format!(" {name}"),
            Err(raised) => return raised,
        },
        None => String::new(),
    };
    t.raise(Exc::AttributeError, format!("property{name} of '{class}' object has no {what}"))
}

/// The name given by `__set_name__`, else the getter's.
fn find_name(t: &mut Thread, property: Ref<Property>) -> PyResult<Option<Value>> {
    if let Some(name) = property.name.get().given() {
        return Ok(Some(name));
    }
    match property.getter.get().given() {
        Some(getter) => attr::find_attr(t, getter, "__name__"),
        None => Ok(None),
    }
}

/// The type `property`.
pub static PROPERTY_DEF: TypeDef = TypeDef {
    name: "property",
    doc: "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be \
          used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring",
    base: None,
    kind: Kind::Property,
    layout: LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE,
    methods: METHODS,
    getset: ATTRIBUTES,
    setup: None,
};

static METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", new, "Create and return a new object."),
    method("__init__", "($self, /, fget=None, fset=None, fdel=None, doc=None)", init, "Initialize self."),
    method(
        "__get__",
        "($self, instance, owner=None, /)",
        get,
        "Return an attribute of instance, which is of type owner.",
    ),
    method("__set__", "($self, instance, value, /)", set, "Set an attribute of instance to value."),
    method("__delete__", "($self, instance, /)", delete, "Delete an attribute of instance."),
    method(
        "getter",
        "($self, object, /)",
        |t, a| copy(t, a[0], a[1], Value::NONE, Value::NONE),
        "Descriptor to obtain a copy of the property with a different getter.",
    ),
    method(
        "setter",
        "($self, object, /)",
        |t, a| copy(t, a[0], Value::NONE, a[1], Value::NONE),
        "Descriptor to obtain a copy of the property with a different setter.",
    ),
    method(
        "deleter",
        "($self, object, /)",
        |t, a| copy(t, a[0], Value::NONE, Value::NONE, a[1]),
        "Descriptor to obtain a copy of the property with a different deleter.",
    ),
    method("__set_name__", "($self, /, *args)", set_name, "Method to set name of a property."),
];

const ATTRIBUTES: &[GetSet] = &[
    member("fget", |_, p| Ok(known(p).getter.get().or(Value::NONE)), ""),
    member("fset", |_, p| Ok(known(p).setter.get().or(Value::NONE)), ""),
    member("fdel", |_, p| Ok(known(p).deleter.get().or(Value::NONE)), ""),
    getset("__doc__", |_, p| Ok(known(p).doc.get().or(Value::NONE)), set_doc, ""),
    getset("__name__", get_property_name, set_property_name, ""),
    getter("__isabstractmethod__", get_abstract, ""),
];

fn known(value: Value) -> Ref<Property> {
    Ref::known(value)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = Ref::<Type>::known(args[0]);
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let object = unsafe {
        t.alloc_bytes::<Property>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| Property {
                header,
                version: Slot::new(0),
                getter: Slot::new(Value::UNSET),
                setter: Slot::new(Value::UNSET),
                deleter: Slot::new(Value::UNSET),
                doc: Slot::new(Value::UNSET),
                name: Slot::new(Value::UNSET),
                doc_from_getter: Slot::new(Value::FALSE),
            });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    typeobj::register_finalizer(t, class, object.value());
    Ok(object.value())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = known(args[0]);
    let part = |v: Value| v.given_not_none().unwrap_or(Value::UNSET);
    let (getter, mut doc) = (part(args[1]), args[4].given_not_none());
    let mut from_getter = false;
    if doc.is_none()
        && let Some(getter) = getter.given()
    {
        doc = attr::find_attr(t, getter, "__doc__")?.filter(|d| !d.is_none());
        from_getter = doc.is_some();
    }
    let exact = type_of(args[0]) == class_of_kind(Kind::Property);
    t.change_public(this.object());
    let w = t.write(this);
    this.getter.set(&w, getter);
    this.setter.set(&w, part(args[2]));
    this.deleter.set(&w, part(args[3]));
    this.doc.set(&w, doc.filter(|_| exact).unwrap_or(Value::UNSET));
    this.name.set(&w, Value::UNSET);
    this.doc_from_getter.set(&w, Value::bool(from_getter));
    if !exact && let Err(raised) = attr::setattr_text(t, args[0], "__doc__", doc.unwrap_or(Value::NONE)) {
        // A subclass with `__slots__` has no place for it; that is an error only if the docstring is the getter's.
        if from_getter || !t.pending_is(Exc::AttributeError) {
            return Err(raised);
        }
        t.take_exception(raised);
    }
    Ok(Value::NONE)
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].is_none() {
        return Ok(args[0]);
    }
    property_get(t, known(args[0]), args[1])
}

fn set(t: &mut Thread, args: &[Value]) -> PyResult {
    property_set(t, known(args[0]), args[1], args[2], Value::UNSET)?;
    Ok(Value::NONE)
}

fn delete(t: &mut Thread, args: &[Value]) -> PyResult {
    property_set(t, known(args[0]), args[1], Value::UNSET, Value::UNSET)?;
    Ok(Value::NONE)
}

/// A copy with some parts replaced (`None` keeps a part).
fn copy(t: &mut Thread, property: Value, getter: Value, setter: Value, deleter: Value) -> PyResult {
    let old = known(property);
    let pick = |new: Value, old: &Slot<Value>| if new.is_none() { old.get().or(Value::NONE) } else { new };
    let (g, s, d) = (pick(getter, &old.getter), pick(setter, &old.setter), pick(deleter, &old.deleter));
    let doc = if old.doc_from_getter.get() == Value::TRUE && !g.is_none() {
        Value::NONE
    } else {
        attr::find_attr(t, property, "__doc__")?.unwrap_or(Value::NONE)
    };
    let fresh = call::call(t, type_of(property).value(), &[g, s, d, doc])?;
    if let Some(p) = fresh.cast::<Property>() {
        let name = old.name.get();
        let w = t.write(p);
        p.name.set(&w, name);
    }
    Ok(fresh)
}

fn set_name(t: &mut Thread, args: &[Value]) -> PyResult {
    let given = Ref::<super::tuple::Tuple>::known(args[1]);
    if given.len() != 2 {
        let n = given.len();
        return Err(t.type_error(format!("__set_name__() takes 2 positional arguments but {n} were given")));
    }
    set_property_name(t, args[0], given.at(1))?;
    Ok(Value::NONE)
}

fn set_doc(t: &mut Thread, property: Value, value: Value) -> PyResult<()> {
    let this = known(property);
    t.change_public(this.object());
    let w = t.write(this);
    this.doc.set(&w, value);
    Ok(())
}

fn get_property_name(t: &mut Thread, property: Value) -> PyResult {
    match find_name(t, known(property))? {
        Some(name) => Ok(name),
        None => Err(t.raise(Exc::AttributeError, "'property' object has no attribute '__name__'")),
    }
}

fn set_property_name(t: &mut Thread, property: Value, value: Value) -> PyResult<()> {
    let this = known(property);
    t.change_public(this.object());
    let w = t.write(this);
    this.name.set(&w, value);
    Ok(())
}

fn get_abstract(t: &mut Thread, property: Value) -> PyResult {
    let this = known(property);
    for part in [&this.getter, &this.setter, &this.deleter] {
        if let Some(part) = part.get().given()
            && is_abstract(t, part)?
        {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}
