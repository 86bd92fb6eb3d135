//! `_ast`: the classes of syntax tree nodes, and the way between their objects and the parser's tree.

mod classes;
mod compile;
mod constant;
mod node;
mod read;
mod read_expr;
mod read_parts;
mod read_stmt;
mod schema;
mod validate;
mod write;
mod write_expr;
mod write_stmt;

use pystm_vm::{
    builtins::module::Module, error::PyResult, native::ModuleDef, object::Ref, thread::Thread, value::Value,
};

use crate::support::set_global;

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_ast", doc: "", methods: &[], types: &[&node::AST_DEF], init: Some(init) };

/// The flags of `compile` that the module names.
static CONSTANTS: &[(&str, i64)] = &[
    ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
    ("PyCF_ONLY_AST", 0x400),
    ("PyCF_TYPE_COMMENTS", 0x1000),
    ("PyCF_OPTIMIZED_AST", 0x8400),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    for &(name, value) in CONSTANTS {
        set_global(t, module, name, Value::small(value));
    }
    compile::install(t);
    classes::add_field_types(t)?;
    for class in classes::all(t)? {
        set_global(t, module, class.name, class.class);
    }
    Ok(())
}
