//! The parser's statements to `ast` objects.

use pystm_parser::ast::{ClassDef, Expr, For, FunctionDef, Span, Stmt, StmtKind, Try, WithItem};
use pystm_vm::{error::PyResult, thread::Thread, value::Value};

use super::{
    write::{
        alias, arguments, bare, handler, identifier, keyword, match_case, node, optional, sequence,
        type_param, with_item,
    },
    write_expr::{expr, operator_name},
};

/// The object for a statement.
pub(super) fn stmt(t: &mut Thread, tree: &Stmt) -> PyResult {
    t.check_native_stack()?;
    let span = Some(tree.span);
    match &tree.kind {
        StmtKind::FunctionDef(def) => function(t, "FunctionDef", def, tree.span),
        StmtKind::AsyncFunctionDef(def) => function(t, "AsyncFunctionDef", def, tree.span),
        StmtKind::ClassDef(def) => class(t, def, tree.span),
        StmtKind::Return { value } => {
            let value = optional(t, value.as_deref(), expr)?;
            node(t, "Return", span, &[("value", value)])
        }
        StmtKind::Delete { targets } => {
            let targets = sequence(t, targets, expr)?;
            node(t, "Delete", span, &[("targets", targets)])
        }
        StmtKind::Assign { targets, value } => {
            let targets = sequence(t, targets, expr)?;
            let value = expr(t, value)?;
            node(t, "Assign", span, &[("targets", targets), ("value", value), ("type_comment", Value::NONE)])
        }
        StmtKind::TypeAlias { name, type_params, value } => {
            let name = expr(t, name)?;
            let type_params = sequence(t, type_params, type_param)?;
            let value = expr(t, value)?;
            node(t, "TypeAlias", span, &[("name", name), ("type_params", type_params), ("value", value)])
        }
        StmtKind::AugAssign { target, op, value } => {
            let target = expr(t, target)?;
            let op = bare(t, operator_name(*op))?;
            let value = expr(t, value)?;
            node(t, "AugAssign", span, &[("target", target), ("op", op), ("value", value)])
        }
        StmtKind::AnnAssign { target, annotation, value, simple } => {
            let target = expr(t, target)?;
            let annotation = expr(t, annotation)?;
            let value = optional(t, value.as_deref(), expr)?;
            let simple = Value::small((*simple).into());
            let fields =
                [("target", target), ("annotation", annotation), ("value", value), ("simple", simple)];
            node(t, "AnnAssign", span, &fields)
        }
        StmtKind::For(tree) => for_(t, "For", tree, span),
        StmtKind::AsyncFor(tree) => for_(t, "AsyncFor", tree, span),
        StmtKind::While { test, body, orelse } => branch(t, "While", test, body, orelse, span),
        StmtKind::If { test, body, orelse } => branch(t, "If", test, body, orelse, span),
        StmtKind::With { items, body } => with(t, "With", items, body, span),
        StmtKind::AsyncWith { items, body } => with(t, "AsyncWith", items, body, span),
        StmtKind::Match { subject, cases } => {
            let subject = expr(t, subject)?;
            let cases = sequence(t, cases, match_case)?;
            node(t, "Match", span, &[("subject", subject), ("cases", cases)])
        }
        StmtKind::Raise { exc, cause } => {
            let exc = optional(t, exc.as_deref(), expr)?;
            let cause = optional(t, cause.as_deref(), expr)?;
            node(t, "Raise", span, &[("exc", exc), ("cause", cause)])
        }
        StmtKind::Try(tree) => try_(t, "Try", tree, span),
        StmtKind::TryStar(tree) => try_(t, "TryStar", tree, span),
        StmtKind::Assert { test, msg } => {
            let test = expr(t, test)?;
            let msg = optional(t, msg.as_deref(), expr)?;
            node(t, "Assert", span, &[("test", test), ("msg", msg)])
        }
        StmtKind::Import { names } => {
            let names = sequence(t, names, alias)?;
            node(t, "Import", span, &[("names", names)])
        }
        StmtKind::ImportFrom { module, names, level } => {
            let module = optional(t, module.as_ref(), identifier)?;
            let names = sequence(t, names, alias)?;
            let level = Value::small((*level).into());
            node(t, "ImportFrom", span, &[("module", module), ("names", names), ("level", level)])
        }
        StmtKind::Global { names } => {
            let names = sequence(t, names, identifier)?;
            node(t, "Global", span, &[("names", names)])
        }
        StmtKind::Nonlocal { names } => {
            let names = sequence(t, names, identifier)?;
            node(t, "Nonlocal", span, &[("names", names)])
        }
        StmtKind::Expr { value } => {
            let value = expr(t, value)?;
            node(t, "Expr", span, &[("value", value)])
        }
        StmtKind::Pass => node(t, "Pass", span, &[]),
        StmtKind::Break => node(t, "Break", span, &[]),
        StmtKind::Continue => node(t, "Continue", span, &[]),
    }
}

fn function(t: &mut Thread, kind: &str, def: &FunctionDef, span: Span) -> PyResult {
    let name = t.intern(&def.name);
    let args = arguments(t, &def.args)?;
    let body = sequence(t, &def.body, stmt)?;
    let decorator_list = sequence(t, &def.decorator_list, expr)?;
    let returns = optional(t, def.returns.as_deref(), expr)?;
    let type_params = sequence(t, &def.type_params, type_param)?;
    let fields = [
        ("name", name),
        ("args", args),
        ("body", body),
        ("decorator_list", decorator_list),
        ("returns", returns),
        ("type_comment", Value::NONE),
        ("type_params", type_params),
    ];
    node(t, kind, Some(span), &fields)
}

fn class(t: &mut Thread, def: &ClassDef, span: Span) -> PyResult {
    let name = t.intern(&def.name);
    let bases = sequence(t, &def.bases, expr)?;
    let keywords = sequence(t, &def.keywords, keyword)?;
    let body = sequence(t, &def.body, stmt)?;
    let decorator_list = sequence(t, &def.decorator_list, expr)?;
    let type_params = sequence(t, &def.type_params, type_param)?;
    let fields = [
        ("name", name),
        ("bases", bases),
        ("keywords", keywords),
        ("body", body),
        ("decorator_list", decorator_list),
        ("type_params", type_params),
    ];
    node(t, "ClassDef", Some(span), &fields)
}

fn for_(t: &mut Thread, kind: &str, tree: &For, span: Option<Span>) -> PyResult {
    let target = expr(t, &tree.target)?;
    let iter = expr(t, &tree.iter)?;
    let body = sequence(t, &tree.body, stmt)?;
    let orelse = sequence(t, &tree.orelse, stmt)?;
    let fields = [
        ("target", target),
        ("iter", iter),
        ("body", body),
        ("orelse", orelse),
        ("type_comment", Value::NONE),
    ];
    node(t, kind, span, &fields)
}

fn branch(
    t: &mut Thread,
    kind: &str,
    test: &Expr,
    body: &[Stmt],
    orelse: &[Stmt],
    span: Option<Span>,
) -> PyResult {
    let test = expr(t, test)?;
    let body = sequence(t, body, stmt)?;
    let orelse = sequence(t, orelse, stmt)?;
    node(t, kind, span, &[("test", test), ("body", body), ("orelse", orelse)])
}

fn with(t: &mut Thread, kind: &str, items: &[WithItem], body: &[Stmt], span: Option<Span>) -> PyResult {
    let items = sequence(t, items, with_item)?;
    let body = sequence(t, body, stmt)?;
    node(t, kind, span, &[("items", items), ("body", body), ("type_comment", Value::NONE)])
}

fn try_(t: &mut Thread, kind: &str, tree: &Try, span: Option<Span>) -> PyResult {
    let body = sequence(t, &tree.body, stmt)?;
    let handlers = sequence(t, &tree.handlers, handler)?;
    let orelse = sequence(t, &tree.orelse, stmt)?;
    let finalbody = sequence(t, &tree.finalbody, stmt)?;
    node(
        t,
        kind,
        span,
        &[("body", body), ("handlers", handlers), ("orelse", orelse), ("finalbody", finalbody)],
    )
}
