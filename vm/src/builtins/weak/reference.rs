//! `weakref.ref`

use super::{LAYOUT, WORDS, Weak};
use crate::{
    builtins::typeobj::Type,
    error::PyResult,
    kind::Kind,
    native::{SUBCLASSABLE, TypeDef, class_method, getter, method, static_method},
    object::Ref,
    protocol::{attr, compare, hash},
    runtime::type_of,
    special::Compare,
    thread::Thread,
    value::Value,
};

/// The class `weakref.ref`.
pub static DEF: TypeDef = TypeDef {
    name: "weakref.ReferenceType",
    doc: "",
    base: None,
    kind: Kind::Weak,
    layout: LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE,
    methods: &[
        static_method("__new__", "($cls, object, callback=None, /, **kwargs)", new, "Make a weak reference."),
        method("__init__", "($self, object, callback=None, /)", init, "Does nothing."),
        method("__call__", "($self, /)", call, "The object, None if it has died."),
        method("__hash__", "($self, /)", hash_, "Return hash(self)."),
        method("__eq__", "($self, other, /)", eq, "Return self==value."),
        method("__ne__", "($self, other, /)", ne, "Return self!=value."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        class_method("__class_getitem__", "($cls, item, /)", class_getitem, "See PEP 585"),
    ],
    getset: &[getter("__callback__", callback, "The callback.")],
    setup: None,
};

fn this(value: Value) -> Ref<Weak> {
    Ref::known(value)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(class) = args[0].cast::<Type>() else {
        return Err(t.type_error("ReferenceType.__new__(X): X is not a type object"));
    };
    super::new(t, class, args[1], args[2].or(Value::NONE))
}

fn init(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

fn call(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(this(args[0]).get().unwrap_or(Value::NONE))
}

/// Hash of the referent, remembered beyond its death.
pub(super) fn hash_(t: &mut Thread, args: &[Value]) -> PyResult {
    let weak = this(args[0]);
    let h = match weak.hash.get() {
        0 => {
            let Some(object) = weak.get() else { return Err(t.type_error("weak object has gone away")) };
            let h = hash::hash(t, object)?;
            weak.hash.cache(h.wrapping_add(1));
            h
        }
        known => known.wrapping_sub(1),
    };
    Ok(crate::builtins::int::from_i64(t, h as i64))
}

fn compare_refs(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let Some(other) = args[1].cast::<Weak>().filter(|_| !super::proxy::is_proxy(t, args[1])) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (this(args[0]).get(), other.get()) {
        (Some(a), Some(b)) => compare::compare(t, a, b, op),
        _ => Ok(Value::bool((args[0] == args[1]) == (op == Compare::Eq))),
    }
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    compare_refs(t, args, Compare::Eq)
}

fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    compare_refs(t, args, Compare::Ne)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let address = args[0].bits() & !7;
    let class = type_of(args[0]);
    let name = if class.has(crate::builtins::typeobj::HEAP) { class.name() } else { String::from("weakref") };
    let shown = match this(args[0]).get() {
        None => format!("<{name} at {address:#x}; dead>"),
        Some(object) => {
            let (class, at) = (type_of(object).name(), object.bits() & !7);
            let attribute = t.intern("__name__");
            let own = match type_of(object).lookup(t, attribute) {
                Some(found) => Some(attr::bind_descriptor(t, found, object, type_of(object).value())?),
                None => None,
            };
            match own.and_then(|n| n.as_str()).map(|s| s.to_rust()) {
                Some(own) => format!("<{name} at {address:#x}; to '{class}' at {at:#x} ({own})>"),
                None => format!("<{name} at {address:#x}; to '{class}' at {at:#x}>"),
            }
        }
    };
    Ok(t.new_str(&shown))
}

fn class_getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(crate::builtins::generic_alias(t, args[0], args[1]))
}

fn callback(_t: &mut Thread, value: Value) -> PyResult {
    let weak = this(value);
    Ok(if weak.get().is_some() { weak.callback.get() } else { Value::NONE })
}
