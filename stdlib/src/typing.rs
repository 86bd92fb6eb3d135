//! `_typing`: the native parts of `typing`.

use pystm_vm::{
    builtins::{
        generic::UNION_DEF,
        module::Module,
        typevars::{
            ALIAS_DEF, GENERIC_DEF, PARAM_SPEC_DEF, TYPE_VAR_DEF, TYPE_VAR_TUPLE_DEF,
            lazy::{ARGS_DEF, KWARGS_DEF},
            no_default,
        },
    },
    error::PyResult,
    native::{Method, ModuleDef, method},
    object::Ref,
    thread::Thread,
};

use crate::support::set_global;

/// The module's row.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_typing",
    doc: "Primitives and accelerators for the typing module.",
    methods: METHODS,
    types: &[
        &TYPE_VAR_DEF,
        &PARAM_SPEC_DEF,
        &TYPE_VAR_TUPLE_DEF,
        &ARGS_DEF,
        &KWARGS_DEF,
        &ALIAS_DEF,
        &GENERIC_DEF,
        &UNION_DEF,
    ],
    init: Some(init),
};

static METHODS: &[Method] = &[method("_idfunc", "(x, /)", |_, args| Ok(args[0]), "")];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let missing = no_default(t);
    set_global(t, module, "NoDefault", missing);
    Ok(())
}
