//! The parser's tree to `ast` objects: roots, what expressions and statements share, and the small parts.

use pystm_parser::ast::{
    Alias, Arg, Arguments, Comprehension, ExceptHandler, ExprContext, Identifier, Keyword, MatchCase, Mod,
    Pattern, PatternKind, Span, TypeParam, TypeParamKind, WithItem,
};
use pystm_vm::{
    builtins::{list, typeobj::Type},
    error::PyResult,
    object::Ref,
    protocol::attr,
    thread::Thread,
    value::Value,
};

use super::{classes, constant, write_expr::expr, write_stmt::stmt};

/// The object for a tree.
pub(super) fn module(t: &mut Thread, tree: &Mod) -> PyResult {
    match tree {
        Mod::Module { body } => {
            let body = sequence(t, body, stmt)?;
            let type_ignores = list::new(t, &[]);
            node(t, "Module", None, &[("body", body), ("type_ignores", type_ignores)])
        }
        Mod::Interactive { body } => {
            let body = sequence(t, body, stmt)?;
            node(t, "Interactive", None, &[("body", body)])
        }
        Mod::Expression { body } => {
            let body = expr(t, body)?;
            node(t, "Expression", None, &[("body", body)])
        }
    }
}

/// A new node with these fields and, if it has one, its place.
pub(super) fn node(t: &mut Thread, name: &str, span: Option<Span>, fields: &[(&str, Value)]) -> PyResult {
    let class = classes::named(t, name)?.class;
    let object = Ref::<Type>::known(class).new_instance(t);
    for &(field, value) in fields {
        set(t, object, field, value)?;
    }
    if let Some(span) = span {
        set(t, object, "lineno", Value::small(span.line.into()))?;
        set(t, object, "col_offset", Value::small(span.col.into()))?;
        set(t, object, "end_lineno", Value::small(span.end_line.into()))?;
        set(t, object, "end_col_offset", Value::small(span.end_col.into()))?;
    }
    Ok(object)
}

fn set(t: &mut Thread, object: Value, field: &str, value: Value) -> PyResult<()> {
    let name = t.intern(field);
    attr::generic_setattr(t, object, name, value)
}

/// The shared instance of an operator or context.
pub(super) fn bare(t: &mut Thread, name: &str) -> PyResult {
    Ok(classes::named(t, name)?.shared)
}

/// A list.
pub(super) fn sequence<T>(
    t: &mut Thread,
    items: &[T],
    write: impl Fn(&mut Thread, &T) -> PyResult,
) -> PyResult {
    let mut values = t.vec();
    for item in items {
        let value = write(t, item)?;
        values.push(value);
    }
    Ok(list::new(t, &values))
}

/// A value or `None`.
pub(super) fn optional<T>(
    t: &mut Thread,
    item: Option<&T>,
    write: impl Fn(&mut Thread, &T) -> PyResult,
) -> PyResult {
    item.map_or(Ok(Value::NONE), |item| write(t, item))
}

/// A name.
#[allow(clippy::borrowed_box, reason = "identifiers are boxed strings in the tree")]
pub(super) fn identifier(t: &mut Thread, name: &Identifier) -> PyResult {
    Ok(t.intern(name))
}

/// `Load()` and the like.
pub(super) fn context(t: &mut Thread, ctx: ExprContext) -> PyResult {
    bare(
        t,
        match ctx {
            ExprContext::Load => "Load",
            ExprContext::Store => "Store",
            ExprContext::Del => "Del",
        },
    )
}

pub(super) fn arguments(t: &mut Thread, args: &Arguments) -> PyResult {
    let posonlyargs = sequence(t, &args.posonlyargs, arg)?;
    let positional = sequence(t, &args.args, arg)?;
    let vararg = optional(t, args.vararg.as_ref(), arg)?;
    let kwonlyargs = sequence(t, &args.kwonlyargs, arg)?;
    let kw_defaults = sequence(t, &args.kw_defaults, |t, default| optional(t, default.as_ref(), expr))?;
    let kwarg = optional(t, args.kwarg.as_ref(), arg)?;
    let defaults = sequence(t, &args.defaults, expr)?;
    node(
        t,
        "arguments",
        None,
        &[
            ("posonlyargs", posonlyargs),
            ("args", positional),
            ("vararg", vararg),
            ("kwonlyargs", kwonlyargs),
            ("kw_defaults", kw_defaults),
            ("kwarg", kwarg),
            ("defaults", defaults),
        ],
    )
}

fn arg(t: &mut Thread, arg: &Arg) -> PyResult {
    let name = t.intern(&arg.arg);
    let annotation = optional(t, arg.annotation.as_deref(), expr)?;
    let fields = [("arg", name), ("annotation", annotation), ("type_comment", Value::NONE)];
    node(t, "arg", Some(arg.span), &fields)
}

pub(super) fn keyword(t: &mut Thread, keyword: &Keyword) -> PyResult {
    let arg = optional(t, keyword.arg.as_ref(), identifier)?;
    let value = expr(t, &keyword.value)?;
    node(t, "keyword", Some(keyword.span), &[("arg", arg), ("value", value)])
}

pub(super) fn alias(t: &mut Thread, alias: &Alias) -> PyResult {
    let name = t.intern(&alias.name);
    let asname = optional(t, alias.asname.as_ref(), identifier)?;
    node(t, "alias", Some(alias.span), &[("name", name), ("asname", asname)])
}

pub(super) fn with_item(t: &mut Thread, item: &WithItem) -> PyResult {
    let context_expr = expr(t, &item.context_expr)?;
    let optional_vars = optional(t, item.optional_vars.as_deref(), expr)?;
    node(t, "withitem", None, &[("context_expr", context_expr), ("optional_vars", optional_vars)])
}

pub(super) fn comprehension(t: &mut Thread, part: &Comprehension) -> PyResult {
    let target = expr(t, &part.target)?;
    let iter = expr(t, &part.iter)?;
    let ifs = sequence(t, &part.ifs, expr)?;
    let is_async = Value::small(part.is_async.into());
    node(
        t,
        "comprehension",
        None,
        &[("target", target), ("iter", iter), ("ifs", ifs), ("is_async", is_async)],
    )
}

pub(super) fn handler(t: &mut Thread, handler: &ExceptHandler) -> PyResult {
    let ty = optional(t, handler.type_.as_deref(), expr)?;
    let name = optional(t, handler.name.as_ref(), identifier)?;
    let body = sequence(t, &handler.body, stmt)?;
    node(t, "ExceptHandler", Some(handler.span), &[("type", ty), ("name", name), ("body", body)])
}

pub(super) fn match_case(t: &mut Thread, case: &MatchCase) -> PyResult {
    let pattern = pattern(t, &case.pattern)?;
    let guard = optional(t, case.guard.as_deref(), expr)?;
    let body = sequence(t, &case.body, stmt)?;
    node(t, "match_case", None, &[("pattern", pattern), ("guard", guard), ("body", body)])
}

fn pattern(t: &mut Thread, tree: &Pattern) -> PyResult {
    t.check_native_stack()?;
    let span = Some(tree.span);
    match &tree.kind {
        PatternKind::MatchValue { value } => {
            let value = expr(t, value)?;
            node(t, "MatchValue", span, &[("value", value)])
        }
        PatternKind::MatchSingleton { value } => {
            let value = constant::to_value(t, value)?;
            node(t, "MatchSingleton", span, &[("value", value)])
        }
        PatternKind::MatchSequence { patterns } => {
            let patterns = sequence(t, patterns, pattern)?;
            node(t, "MatchSequence", span, &[("patterns", patterns)])
        }
        PatternKind::MatchMapping { keys, patterns, rest } => {
            let keys = sequence(t, keys, expr)?;
            let patterns = sequence(t, patterns, pattern)?;
            let rest = optional(t, rest.as_ref(), identifier)?;
            node(t, "MatchMapping", span, &[("keys", keys), ("patterns", patterns), ("rest", rest)])
        }
        PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
            let cls = expr(t, cls)?;
            let patterns = sequence(t, patterns, pattern)?;
            let attrs = sequence(t, kwd_attrs, identifier)?;
            let kwd = sequence(t, kwd_patterns, pattern)?;
            let fields = [("cls", cls), ("patterns", patterns), ("kwd_attrs", attrs), ("kwd_patterns", kwd)];
            node(t, "MatchClass", span, &fields)
        }
        PatternKind::MatchStar { name } => {
            let name = optional(t, name.as_ref(), identifier)?;
            node(t, "MatchStar", span, &[("name", name)])
        }
        PatternKind::MatchAs { pattern: inner, name } => {
            let inner = optional(t, inner.as_deref(), pattern)?;
            let name = optional(t, name.as_ref(), identifier)?;
            node(t, "MatchAs", span, &[("pattern", inner), ("name", name)])
        }
        PatternKind::MatchOr { patterns } => {
            let patterns = sequence(t, patterns, pattern)?;
            node(t, "MatchOr", span, &[("patterns", patterns)])
        }
    }
}

pub(super) fn type_param(t: &mut Thread, param: &TypeParam) -> PyResult {
    let (kind, name, default_value) = match &param.kind {
        TypeParamKind::TypeVar { name, default_value, .. } => ("TypeVar", name, default_value),
        TypeParamKind::ParamSpec { name, default_value } => ("ParamSpec", name, default_value),
        TypeParamKind::TypeVarTuple { name, default_value } => ("TypeVarTuple", name, default_value),
    };
    let name = t.intern(name);
    let default_value = optional(t, default_value.as_deref(), expr)?;
    let span = Some(param.span);
    if let TypeParamKind::TypeVar { bound, .. } = &param.kind {
        let bound = optional(t, bound.as_deref(), expr)?;
        return node(t, kind, span, &[("name", name), ("bound", bound), ("default_value", default_value)]);
    }
    node(t, kind, span, &[("name", name), ("default_value", default_value)])
}
