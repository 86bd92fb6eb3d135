//! `ast` statements to the parser's tree.

use pystm_parser::ast::{ClassDef, Expr, For, FunctionDef, Stmt, StmtKind, Try};
use pystm_vm::{error::PyResult, thread::Thread, value::Value};

use super::{
    read::{Node, identifier, integer, of_base, optional, required, sequence, span},
    read_expr::{expr, operator},
    read_parts::{alias, arguments, handler, keyword, match_case, type_param, with_item},
};

/// The tree of a statement.
pub(super) fn stmt(t: &mut Thread, object: Value) -> PyResult<Stmt> {
    t.check_native_stack()?;
    if object.is_none() {
        return Err(t.value_error("None disallowed in statement list"));
    }
    let span = span(t, object, "stmt")?;
    let node = of_base(t, object, "stmt")?;
    let kind = match node.kind {
        "FunctionDef" | "AsyncFunctionDef" | "ClassDef" | "For" | "AsyncFor" | "While" | "If" | "With"
        | "AsyncWith" | "Match" | "Try" | "TryStar" => compound(t, node)?,
        _ => simple(t, node)?,
    };
    Ok(Stmt { kind, span })
}

fn boxed(t: &mut Thread, object: Value) -> PyResult<Box<Expr>> {
    expr(t, object).map(Box::new)
}

fn compound(t: &mut Thread, node: Node) -> PyResult<StmtKind> {
    Ok(match node.kind {
        "FunctionDef" => StmtKind::FunctionDef(Box::new(function(t, node)?)),
        "AsyncFunctionDef" => StmtKind::AsyncFunctionDef(Box::new(function(t, node)?)),
        "ClassDef" => StmtKind::ClassDef(Box::new(ClassDef {
            name: required(t, node, "name", identifier)?,
            bases: sequence(t, node, "bases", expr)?,
            keywords: sequence(t, node, "keywords", keyword)?,
            body: sequence(t, node, "body", stmt)?,
            decorator_list: sequence(t, node, "decorator_list", expr)?,
            type_params: sequence(t, node, "type_params", type_param)?,
        })),
        "For" => StmtKind::For(Box::new(for_(t, node)?)),
        "AsyncFor" => StmtKind::AsyncFor(Box::new(for_(t, node)?)),
        "While" => StmtKind::While {
            test: required(t, node, "test", boxed)?,
            body: sequence(t, node, "body", stmt)?,
            orelse: sequence(t, node, "orelse", stmt)?,
        },
        "If" => StmtKind::If {
            test: required(t, node, "test", boxed)?,
            body: sequence(t, node, "body", stmt)?,
            orelse: sequence(t, node, "orelse", stmt)?,
        },
        "With" => StmtKind::With {
            items: sequence(t, node, "items", with_item)?,
            body: sequence(t, node, "body", stmt)?,
        },
        "AsyncWith" => StmtKind::AsyncWith {
            items: sequence(t, node, "items", with_item)?,
            body: sequence(t, node, "body", stmt)?,
        },
        "Match" => StmtKind::Match {
            subject: required(t, node, "subject", boxed)?,
            cases: sequence(t, node, "cases", match_case)?,
        },
        "Try" => StmtKind::Try(Box::new(try_(t, node)?)),
        _ => StmtKind::TryStar(Box::new(try_(t, node)?)),
    })
}

fn function(t: &mut Thread, node: Node) -> PyResult<FunctionDef> {
    Ok(FunctionDef {
        name: required(t, node, "name", identifier)?,
        args: required(t, node, "args", arguments)?,
        body: sequence(t, node, "body", stmt)?,
        decorator_list: sequence(t, node, "decorator_list", expr)?,
        returns: optional(t, node, "returns", boxed)?,
        type_params: sequence(t, node, "type_params", type_param)?,
    })
}

fn for_(t: &mut Thread, node: Node) -> PyResult<For> {
    Ok(For {
        target: required(t, node, "target", expr)?,
        iter: required(t, node, "iter", expr)?,
        body: sequence(t, node, "body", stmt)?,
        orelse: sequence(t, node, "orelse", stmt)?,
    })
}

fn try_(t: &mut Thread, node: Node) -> PyResult<Try> {
    Ok(Try {
        body: sequence(t, node, "body", stmt)?,
        handlers: sequence(t, node, "handlers", handler)?,
        orelse: sequence(t, node, "orelse", stmt)?,
        finalbody: sequence(t, node, "finalbody", stmt)?,
    })
}

fn simple(t: &mut Thread, node: Node) -> PyResult<StmtKind> {
    Ok(match node.kind {
        "Return" => StmtKind::Return { value: optional(t, node, "value", boxed)? },
        "Delete" => StmtKind::Delete { targets: sequence(t, node, "targets", expr)? },
        "Assign" => StmtKind::Assign {
            targets: sequence(t, node, "targets", expr)?,
            value: required(t, node, "value", boxed)?,
        },
        "TypeAlias" => StmtKind::TypeAlias {
            name: required(t, node, "name", boxed)?,
            type_params: sequence(t, node, "type_params", type_param)?,
            value: required(t, node, "value", boxed)?,
        },
        "AugAssign" => StmtKind::AugAssign {
            target: required(t, node, "target", boxed)?,
            op: required(t, node, "op", operator)?,
            value: required(t, node, "value", boxed)?,
        },
        "AnnAssign" => StmtKind::AnnAssign {
            target: required(t, node, "target", boxed)?,
            annotation: required(t, node, "annotation", boxed)?,
            value: optional(t, node, "value", boxed)?,
            simple: required(t, node, "simple", integer)? != 0,
        },
        "Raise" => StmtKind::Raise {
            exc: optional(t, node, "exc", boxed)?,
            cause: optional(t, node, "cause", boxed)?,
        },
        "Assert" => StmtKind::Assert {
            test: required(t, node, "test", boxed)?,
            msg: optional(t, node, "msg", boxed)?,
        },
        "Import" => StmtKind::Import { names: sequence(t, node, "names", alias)? },
        "ImportFrom" => StmtKind::ImportFrom {
            module: optional(t, node, "module", identifier)?,
            names: sequence(t, node, "names", alias)?,
            level: optional(t, node, "level", level)?.unwrap_or(0),
        },
        "Global" => StmtKind::Global { names: sequence(t, node, "names", identifier)? },
        "Nonlocal" => StmtKind::Nonlocal { names: sequence(t, node, "names", identifier)? },
        "Expr" => StmtKind::Expr { value: required(t, node, "value", boxed)? },
        "Break" => StmtKind::Break,
        "Continue" => StmtKind::Continue,
        _ => StmtKind::Pass,
    })
}

fn level(t: &mut Thread, value: Value) -> PyResult<u32> {
    match u32::try_from(integer(t, value)?) {
        Ok(level) => Ok(level),
        Err(_) => Err(t.value_error("Negative ImportFrom level")),
    }
}
