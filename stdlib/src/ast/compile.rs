//! What `compile` does with syntax trees.

use pystm_parser::Mode;
use pystm_vm::{
    builtins::functions,
    compiler::Options,
    error::PyResult,
    import,
    runtime::{AstHook, type_of},
    thread::Thread,
    value::Value,
};

use super::{classes, read, validate, write};

/// Lets `compile` know of the module.
pub(super) fn install(t: &mut Thread) {
    // A second import of the module finds the hook in place.
    let _ = t.rt.ast_hook.set(AstHook { is_node: classes::is_node, compile });
}

/// `compile` of a node, or of source text to a node.
fn compile(
    t: &mut Thread,
    source: Value,
    filename: &str,
    mode: Mode,
    only_ast: bool,
    options: &Options,
) -> PyResult {
    if !classes::is_node(t, source) {
        let text = functions::source_text(t, source, "compile", filename)?;
        let tree = import::parse(t, &text, filename, mode, options)?;
        return write::module(t, &tree);
    }
    let expected = match mode {
        Mode::Module => "Module",
        Mode::Interactive => "Interactive",
        Mode::Expression => "Expression",
    };
    if classes::of(t, source)?.is_none_or(|class| class.name != expected) {
        let got = type_of(source).name();
        return Err(t.type_error(format!("expected {expected} node, got {got}")));
    }
    if only_ast {
        return Ok(source);
    }
    let tree = read::module(t, source)?;
    validate::module(&tree).map_err(|wrong| match wrong {
        validate::Wrong::Value(message) => t.value_error(message),
        validate::Wrong::Type(message) => t.type_error(message),
    })?;
    import::compile_tree(t, &tree, filename, options).map(|code| code.value())
}
