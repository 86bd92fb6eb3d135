//! The types of `None`, `NotImplemented` and `Ellipsis`.

use crate::{
    error::PyResult,
    kind::Kind,
    native::{Method, TypeDef, method, static_method},
    runtime::type_of,
    shape::fixed_layout,
    thread::Thread,
    value::Value,
};

/// `NoneType`
pub static NONE_DEF: TypeDef = TypeDef {
    name: "NoneType",
    doc: "The type of the None singleton.",
    base: None,
    kind: Kind::NoneType,
    layout: fixed_layout(2, 2),
    words: 0,
    flags: 0,
    methods: NONE_METHODS,
    getset: &[],
    setup: None,
};

static NONE_METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, /, *args, **kwargs)",
        |t, a| new(t, a, Value::NONE),
        "Create and return a new object.",
    ),
    method("__repr__", "($self, /)", |t, _| Ok(t.intern("None")), "Return repr(self)."),
    method("__bool__", "($self, /)", |_, _| Ok(Value::FALSE), "True if self else False"),
    method("__hash__", "($self, /)", |_, _| Ok(Value::small(0xFCA8_6420)), "Return hash(self)."),
    method("__eq__", "($self, value, /)", |_, a| identical(a, Value::TRUE), "Return self==value."),
    method("__ne__", "($self, value, /)", |_, a| identical(a, Value::FALSE), "Return self!=value."),
];

/// `NotImplementedType`
pub static NOT_IMPLEMENTED_DEF: TypeDef = TypeDef {
    name: "NotImplementedType",
    doc: "The type of the NotImplemented singleton.",
    base: None,
    kind: Kind::NotImplementedType,
    layout: fixed_layout(2, 2),
    words: 0,
    flags: 0,
    methods: NOT_IMPLEMENTED_METHODS,
    getset: &[],
    setup: None,
};

static NOT_IMPLEMENTED_METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, /, *args, **kwargs)",
        |t, a| new(t, a, Value::NOT_IMPLEMENTED),
        "Create and return a new object.",
    ),
    method("__repr__", "($self, /)", |t, _| Ok(t.intern("NotImplemented")), "Return repr(self)."),
    method("__bool__", "($self, /)", no_truth_value, "True if self else False"),
    method("__reduce__", "($self, /)", |t, _| Ok(t.intern("NotImplemented")), "Helper for pickle."),
];

/// `ellipsis`
pub static ELLIPSIS_DEF: TypeDef = TypeDef {
    name: "ellipsis",
    doc: "The type of the Ellipsis singleton.",
    base: None,
    kind: Kind::EllipsisType,
    layout: fixed_layout(2, 2),
    words: 0,
    flags: 0,
    methods: ELLIPSIS_METHODS,
    getset: &[],
    setup: None,
};

static ELLIPSIS_METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, /, *args, **kwargs)",
        |t, a| new(t, a, Value::ELLIPSIS),
        "Create and return a new object.",
    ),
    method("__repr__", "($self, /)", |t, _| Ok(t.intern("Ellipsis")), "Return repr(self)."),
    method("__reduce__", "($self, /)", |t, _| Ok(t.intern("Ellipsis")), "Helper for pickle."),
];

/// The singleton, for a call without arguments.
fn new(t: &mut Thread, args: &[Value], singleton: Value) -> PyResult {
    let positional = args[1].as_tuple().is_some_and(|a| !a.is_empty());
    if positional || args[2].given().is_some() {
        let name = type_of(singleton).name();
        return Err(t.type_error(format!("{name} takes no arguments")));
    }
    Ok(singleton)
}

fn identical(args: &[Value], same: Value) -> PyResult {
    Ok(if args[0] == args[1] { same } else { Value::NOT_IMPLEMENTED })
}

fn no_truth_value(t: &mut Thread, _args: &[Value]) -> PyResult {
    Err(t.type_error("NotImplemented should not be used in a boolean context"))
}
