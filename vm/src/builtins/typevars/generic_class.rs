//! `typing.Generic`.

use super::lazy::unpack_params;
use crate::{
    builtins::object::import_module,
    error::PyResult,
    kind::Kind,
    native::{SUBCLASSABLE, TypeDef, class_method},
    object::Ref,
    protocol::{attr, call},
    shape,
    thread::Thread,
    value::Value,
};

/// The type `typing.Generic`.
pub static GENERIC_DEF: TypeDef = TypeDef {
    name: "typing.Generic",
    doc: "Abstract base class for generic types.",
    base: None,
    kind: Kind::Object,
    layout: shape::fixed_layout(2, 2),
    words: 2,
    flags: SUBCLASSABLE,
    methods: &[
        class_method(
            "__class_getitem__",
            "($cls, /, *args, **kwargs)",
            class_getitem,
            "Parameterizes a generic class.",
        ),
        class_method(
            "__init_subclass__",
            "($cls, /, *args, **kwargs)",
            init_subclass,
            "Function to initialize subclasses.",
        ),
    ],
    getset: &[],
    setup: None,
};

/// Hands a call on to a function of `typing`, with the class in front.
fn forward(t: &mut Thread, function: &str, args: &[Value]) -> PyResult {
    let typing = import_module(t, "typing")?;
    let function = attr::getattr_text(t, typing, function)?;
    let (mut all, names) = call::spread(t, args[1], args[2])?;
    all.insert(0, args[0]);
    let slice: *const [Value] = all.as_slice();
    // SAFETY: the vector is not touched until the call returns.
    call::call_vector(t, function, unsafe { &*slice }, names)
}

fn class_getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    forward(t, "_generic_class_getitem", args)
}

fn init_subclass(t: &mut Thread, args: &[Value]) -> PyResult {
    forward(t, "_generic_init_subclass", args)
}

/// `Generic[...]` of the type parameters of a class statement.
pub fn subscript_generic(t: &mut Thread, params: Value) -> PyResult {
    let params = unpack_params(t, Ref::known(params))?;
    let typing = import_module(t, "typing")?;
    let maker = attr::getattr_text(t, typing, "_GenericAlias")?;
    let generic = t.rt.native_class(t, &GENERIC_DEF).value();
    call::call(t, maker, &[generic, params])
}
