//! `_types`: names for the types that `types` shows.

use pystm_vm::{
    builtins::{
        bound_method, cell, code, frame, function, generator, generic, mappingproxy,
        module::{self, Module},
        namespace, traceback,
    },
    error::PyResult,
    kind::Kind,
    native::{ModuleDef, NO_CONSTRUCTOR, TypeDef},
    object::{Ref, native},
    runtime::class_of_kind,
    thread::Thread,
};

use crate::support::set_global;

/// The module's row.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_types",
    doc: "Define names for built-in types.",
    methods: &[],
    types: &[],
    init: Some(init),
};

/// There are no capsules; the type exists for its name.
static CAPSULE_DEF: TypeDef = TypeDef {
    name: "PyCapsule",
    doc: "Capsule objects let you wrap a C \"void *\" pointer in a Python object.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[],
    getset: &[],
    setup: None,
};

const TYPES: &[(&str, &TypeDef)] = &[
    ("AsyncGeneratorType", &generator::ASYNC_GENERATOR_DEF),
    ("BuiltinFunctionType", &function::native_methods::FUNCTION_DEF),
    ("BuiltinMethodType", &function::native_methods::FUNCTION_DEF),
    ("CapsuleType", &CAPSULE_DEF),
    ("CellType", &cell::DEF),
    ("ClassMethodDescriptorType", &function::native_methods::CLASS_METHOD_DEF),
    ("CodeType", &code::methods::DEF),
    ("CoroutineType", &generator::COROUTINE_DEF),
    ("FrameType", &frame::DEF),
    ("FunctionType", &function::methods::DEF),
    ("GeneratorType", &generator::GENERATOR_DEF),
    ("GenericAlias", &generic::DEF),
    ("GetSetDescriptorType", &function::native_methods::GETSET_DEF),
    ("LambdaType", &function::methods::DEF),
    ("MappingProxyType", &mappingproxy::DEF),
    ("MemberDescriptorType", &function::native_methods::MEMBER_DEF),
    ("MethodDescriptorType", &function::native_methods::METHOD_DEF),
    ("MethodType", &bound_method::DEF),
    ("MethodWrapperType", &function::native_methods::METHOD_WRAPPER_DEF),
    ("ModuleType", &module::DEF),
    ("SimpleNamespace", &namespace::DEF),
    ("TracebackType", &traceback::DEF),
    ("UnionType", &generic::UNION_DEF),
    ("WrapperDescriptorType", &function::native_methods::WRAPPER_DEF),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    for &(name, def) in TYPES {
        let class = t.rt.native_class(t, def).value();
        set_global(t, module, name, class);
    }
    for (name, kind) in [
        ("EllipsisType", Kind::EllipsisType),
        ("NoneType", Kind::NoneType),
        ("NotImplementedType", Kind::NotImplementedType),
    ] {
        set_global(t, module, name, class_of_kind(kind).value());
    }
    Ok(())
}
