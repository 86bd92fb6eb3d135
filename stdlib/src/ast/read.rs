//! `ast` objects to the parser's tree: roots, fields, places.

use pystm_parser::ast::{Identifier, Mod, Span};
use pystm_vm::{
    builtins::{int, list::List},
    error::PyResult,
    protocol::{attr, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{classes, read_expr::expr, read_stmt::stmt};

/// A node with the name of its class in the schema, for messages.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) object: Value,
    pub(super) kind: &'static str,
}

/// The tree of a `Module`, `Interactive` or `Expression`.
pub(super) fn module(t: &mut Thread, object: Value) -> PyResult<Mod> {
    let node = of_base(t, object, "mod")?;
    Ok(match node.kind {
        "Expression" => Mod::Expression { body: Box::new(required(t, node, "body", expr)?) },
        "Interactive" => Mod::Interactive { body: sequence(t, node, "body", stmt)? },
        _ => Mod::Module { body: sequence(t, node, "body", stmt)? },
    })
}

/// The object as a node below the abstract class `base`.
pub(super) fn of_base(t: &mut Thread, object: Value, base: &str) -> PyResult<Node> {
    match classes::of(t, object)? {
        Some(class) if class.base == base => Ok(Node { object, kind: class.name }),
        _ => {
            let shown = text::repr_string(t, object)?;
            Err(t.type_error(format!("expected some sort of {base}, but got {shown}")))
        }
    }
}

/// A field's value; `None` if it is `None` or missing.
fn field(t: &mut Thread, node: Node, name: &str) -> PyResult<Option<Value>> {
    Ok(attr::find_attr(t, node.object, name)?.filter(|value| !value.is_none()))
}

/// A field's value that must be there.
pub(super) fn value(t: &mut Thread, node: Node, name: &str) -> PyResult {
    match attr::find_attr(t, node.object, name)? {
        Some(value) => Ok(value),
        None => Err(t.type_error(format!("required field \"{name}\" missing from {}", node.kind))),
    }
}

/// A field that must be there and not be `None`.
pub(super) fn required<T>(
    t: &mut Thread,
    node: Node,
    name: &str,
    read: fn(&mut Thread, Value) -> PyResult<T>,
) -> PyResult<T> {
    let found = value(t, node, name)?;
    if found.is_none() {
        return Err(t.value_error(format!("field '{name}' is required for {}", node.kind)));
    }
    read(t, found)
}

/// A field that may be missing or `None`.
pub(super) fn optional<T>(
    t: &mut Thread,
    node: Node,
    name: &str,
    read: fn(&mut Thread, Value) -> PyResult<T>,
) -> PyResult<Option<T>> {
    match field(t, node, name)? {
        Some(found) => read(t, found).map(Some),
        None => Ok(None),
    }
}

/// A field that is a list, by default an empty one.
pub(super) fn sequence<T>(
    t: &mut Thread,
    node: Node,
    name: &str,
    read: fn(&mut Thread, Value) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let Some(found) = attr::find_attr(t, node.object, name)? else { return Ok(Vec::new()) };
    let Some(list) = found.cast::<List>() else {
        let got = type_of(found).name();
        return Err(t.type_error(format!("{} field \"{name}\" must be a list, not a {got}", node.kind)));
    };
    let len = list.len();
    let mut items = Vec::with_capacity(len);
    for index in 0..len {
        // Reading an item can run Python code, which can change the list.
        if list.len() != len {
            let message = format!("{} field \"{name}\" changed size during iteration", node.kind);
            return Err(t.raise(pystm_vm::error::Exc::RuntimeError, message));
        }
        let Some(item) = list.get(index) else { break };
        items.push(read(t, item)?);
    }
    Ok(items)
}

/// A name.
pub(super) fn identifier(t: &mut Thread, value: Value) -> PyResult<Identifier> {
    match value.as_str() {
        Some(name) if pystm_vm::builtins::str::is_exact(value) => Ok(name.to_rust().into()),
        _ => Err(t.type_error("AST identifier must be of type str")),
    }
}

/// A whole number.
pub(super) fn integer(t: &mut Thread, value: Value) -> PyResult<i64> {
    match int::of(value).map(|n| n.to_i64()) {
        Some(Some(n)) if i32::try_from(n).is_ok() => Ok(n),
        Some(_) => Err(t.overflow_error("Python int too large to convert to C int")),
        None => {
            let shown = text::repr_string(t, value)?;
            Err(t.value_error(format!("invalid integer value: {shown}")))
        }
    }
}

/// The place of a node; `kind` is what a message calls it.
pub(super) fn span(t: &mut Thread, object: Value, kind: &'static str) -> PyResult<Span> {
    let node = Node { object, kind };
    let line = value(t, node, "lineno")?;
    let line = integer(t, line)?;
    let col = value(t, node, "col_offset")?;
    let col = integer(t, col)?;
    let end_line = optional(t, node, "end_lineno", integer)?.unwrap_or(line);
    let end_col = optional(t, node, "end_col_offset", integer)?.unwrap_or(col);
    if line > end_line {
        return Err(t.value_error(format!("AST node line range ({line}, {end_line}) is not valid")));
    }
    if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
        let message = format!(
            "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
        );
        return Err(t.value_error(message));
    }
    if line == end_line && col > end_col {
        let message = format!("line {line}, column {col}-{end_col} is not a valid range");
        return Err(t.value_error(message));
    }
    let small = |n: i64| u32::try_from(n).unwrap_or(0);
    Ok(Span { line: small(line), col: small(col), end_line: small(end_line), end_col: small(end_col) })
}
