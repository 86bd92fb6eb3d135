//! `method`: a function bound to its first argument.

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_stm::Slot;

use crate::{
    error::PyResult,
    kind::Kind,
    native::{Method, TypeDef, getter, member, method, static_method},
    object::{Body, Ref},
    protocol::{attr, call, compare, hash, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// Body of a bound method. It never changes.
#[repr(C)]
pub struct BoundMethod {
    header: Header,
    /// `__func__`
    pub function: Slot<Value>,
    /// `__self__`
    pub receiver: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only bound methods have the kind.
unsafe impl Body for BoundMethod {
    const KIND: Kind = Kind::BoundMethod;
}

/// Layout of bound methods.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Fixed { first: 1, count: 2 }, size: Size::Fixed(24), drop: None };

/// A callable bound to a receiver.
#[inline]
pub fn new(t: &mut Thread, function: Value, receiver: Value) -> Value {
    Ref::new(t, |header| BoundMethod { header, function: Slot::new(function), receiver: Slot::new(receiver) })
        .value()
}

/// The type `method`.
pub static DEF: TypeDef = TypeDef {
    name: "method",
    doc: "A function bound to an instance, which is passed as its first argument.",
    base: None,
    kind: Kind::BoundMethod,
    layout: LAYOUT,
    words: 0,
    flags: 0,
    methods: METHODS,
    getset: &[
        member("__func__", |_, m| Ok(known(m).function.get()), "The function that implements the method."),
        member("__self__", |_, m| Ok(known(m).receiver.get()), "The instance to which the method is bound."),
        getter("__doc__", |t, m| attr::getattr_text(t, known(m).function.get(), "__doc__"), ""),
    ],
    setup: None,
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, function, instance, /)",
        new_method,
        "Create a bound instance method object.",
    ),
    method("__call__", "($self, /, *args, **kwargs)", call_method, "Call self as a function."),
    method(
        "__get__",
        "($self, instance, owner=None, /)",
        |_, args| Ok(args[0]),
        "A bound method stays as it is.",
    ),
    method("__getattribute__", "($self, name, /)", getattribute, "Return getattr(self, name)."),
    method("__eq__", "($self, value, /)", eq, "Return self==value."),
    method("__hash__", "($self, /)", hash_method, "Return hash(self)."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", reduce, "Helper for pickle."),
];

fn known(value: Value) -> Ref<BoundMethod> {
    Ref::known(value)
}

fn new_method(t: &mut Thread, args: &[Value]) -> PyResult {
    if !super::object::is_callable(t, args[1]) {
        return Err(t.type_error("first argument must be callable"));
    }
    if args[2].is_none() {
        return Err(t.type_error("instance must not be None"));
    }
    Ok(new(t, args[1], args[2]))
}

fn call_method(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_ex(t, args[0], args[1], args[2])
}

fn getattribute(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = attr::attribute_name(t, args[1])?;
    let class = type_of(args[0]);
    match class.lookup(t, name) {
        Some(found) => attr::bind_descriptor(t, found, args[0], class.value()),
        None => attr::getattr(t, known(args[0]).function.get(), name),
    }
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = args[1].cast::<BoundMethod>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let this = known(args[0]);
    if this.receiver.get() != other.receiver.get() {
        return Ok(Value::FALSE);
    }
    Ok(Value::bool(compare::equal(t, this.function.get(), other.function.get())?))
}

fn hash_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = known(args[0]);
    let function = hash::hash(t, this.function.get())?;
    let id = (this.receiver.get().bits() >> 4) as i64;
    Ok(Value::small((id ^ function as i64) >> 2))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = known(args[0]);
    let function = this.function.get();
    let mut name = attr::find_attr(t, function, "__qualname__")?;
    if name.is_none_or(|n| n.as_str().is_none()) {
        name = attr::find_attr(t, function, "__name__")?;
    }
    let name = name.and_then(|n| n.as_str()).map_or_else(|| "?".to_owned(), |s| s.to_rust());
    let receiver = text::repr_string(t, this.receiver.get())?;
    Ok(t.new_str(&format!("<bound method {name} of {receiver}>")))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = known(args[0]);
    let name = attr::getattr_text(t, this.function.get(), "__name__")?;
    let getattr = crate::builtins::object::builtin(t, "getattr")?;
    let inner = super::tuple::new_small(t, &[this.receiver.get(), name]);
    Ok(super::tuple::new_small(t, &[getattr, inner]))
}
