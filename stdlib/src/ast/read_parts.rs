//! `ast` objects that are neither expressions nor statements to the parser's tree.

use pystm_parser::ast::{
    Alias, Arg, Arguments, Comprehension, Constant, ExceptHandler, Expr, Keyword, MatchCase, Pattern,
    PatternKind, TypeParam, TypeParamKind, WithItem,
};
use pystm_vm::{error::PyResult, runtime::type_of, thread::Thread, value::Value};

use super::{
    constant,
    read::{Node, identifier, integer, of_base, optional, required, sequence, span, value},
    read_expr::{expr, maybe},
    read_stmt::stmt,
};

fn boxed(t: &mut Thread, object: Value) -> PyResult<Box<Expr>> {
    expr(t, object).map(Box::new)
}

pub(super) fn arguments(t: &mut Thread, object: Value) -> PyResult<Arguments> {
    let node = Node { object, kind: "arguments" };
    Ok(Arguments {
        posonlyargs: sequence(t, node, "posonlyargs", arg)?,
        args: sequence(t, node, "args", arg)?,
        vararg: optional(t, node, "vararg", arg)?,
        kwonlyargs: sequence(t, node, "kwonlyargs", arg)?,
        kw_defaults: sequence(t, node, "kw_defaults", maybe)?,
        kwarg: optional(t, node, "kwarg", arg)?,
        defaults: sequence(t, node, "defaults", expr)?,
    })
}

fn arg(t: &mut Thread, object: Value) -> PyResult<Arg> {
    let node = Node { object, kind: "arg" };
    Ok(Arg {
        arg: required(t, node, "arg", identifier)?,
        annotation: optional(t, node, "annotation", boxed)?,
        span: span(t, object, "arg")?,
    })
}

pub(super) fn keyword(t: &mut Thread, object: Value) -> PyResult<Keyword> {
    let node = Node { object, kind: "keyword" };
    Ok(Keyword {
        arg: optional(t, node, "arg", identifier)?,
        value: required(t, node, "value", expr)?,
        span: span(t, object, "keyword")?,
    })
}

pub(super) fn alias(t: &mut Thread, object: Value) -> PyResult<Alias> {
    let node = Node { object, kind: "alias" };
    Ok(Alias {
        name: required(t, node, "name", identifier)?,
        asname: optional(t, node, "asname", identifier)?,
        span: span(t, object, "alias")?,
    })
}

pub(super) fn with_item(t: &mut Thread, object: Value) -> PyResult<WithItem> {
    let node = Node { object, kind: "withitem" };
    Ok(WithItem {
        context_expr: required(t, node, "context_expr", expr)?,
        optional_vars: optional(t, node, "optional_vars", boxed)?,
    })
}

pub(super) fn comprehension(t: &mut Thread, object: Value) -> PyResult<Comprehension> {
    let node = Node { object, kind: "comprehension" };
    Ok(Comprehension {
        target: required(t, node, "target", expr)?,
        iter: required(t, node, "iter", expr)?,
        ifs: sequence(t, node, "ifs", expr)?,
        is_async: required(t, node, "is_async", integer)? != 0,
    })
}

pub(super) fn handler(t: &mut Thread, object: Value) -> PyResult<ExceptHandler> {
    let span = span(t, object, "excepthandler")?;
    let node = of_base(t, object, "excepthandler")?;
    Ok(ExceptHandler {
        type_: optional(t, node, "type", boxed)?,
        name: optional(t, node, "name", identifier)?,
        body: sequence(t, node, "body", stmt)?,
        span,
    })
}

pub(super) fn match_case(t: &mut Thread, object: Value) -> PyResult<MatchCase> {
    let node = Node { object, kind: "match_case" };
    Ok(MatchCase {
        pattern: required(t, node, "pattern", pattern)?,
        guard: optional(t, node, "guard", boxed)?,
        body: sequence(t, node, "body", stmt)?,
    })
}

fn pattern(t: &mut Thread, object: Value) -> PyResult<Pattern> {
    t.check_native_stack()?;
    let span = span(t, object, "pattern")?;
    let node = of_base(t, object, "pattern")?;
    let kind = match node.kind {
        "MatchValue" => PatternKind::MatchValue { value: required(t, node, "value", boxed)? },
        "MatchSingleton" => PatternKind::MatchSingleton { value: singleton(t, node)? },
        "MatchSequence" => PatternKind::MatchSequence { patterns: sequence(t, node, "patterns", pattern)? },
        "MatchMapping" => PatternKind::MatchMapping {
            keys: sequence(t, node, "keys", expr)?,
            patterns: sequence(t, node, "patterns", pattern)?,
            rest: optional(t, node, "rest", identifier)?,
        },
        "MatchClass" => PatternKind::MatchClass {
            cls: required(t, node, "cls", boxed)?,
            patterns: sequence(t, node, "patterns", pattern)?,
            kwd_attrs: sequence(t, node, "kwd_attrs", identifier)?,
            kwd_patterns: sequence(t, node, "kwd_patterns", pattern)?,
        },
        "MatchStar" => PatternKind::MatchStar { name: optional(t, node, "name", identifier)? },
        "MatchAs" => PatternKind::MatchAs {
            pattern: optional(t, node, "pattern", boxed_pattern)?,
            name: optional(t, node, "name", identifier)?,
        },
        _ => PatternKind::MatchOr { patterns: sequence(t, node, "patterns", pattern)? },
    };
    Ok(Pattern { kind, span })
}

fn boxed_pattern(t: &mut Thread, object: Value) -> PyResult<Box<Pattern>> {
    pattern(t, object).map(Box::new)
}

fn singleton(t: &mut Thread, node: Node) -> PyResult<Constant> {
    let object = value(t, node, "value")?;
    match constant::simple(object) {
        Some(value @ (Constant::None | Constant::True | Constant::False)) => Ok(value),
        _ => Err(t.value_error("MatchSingleton can only contain True, False and None")),
    }
}

pub(super) fn type_param(t: &mut Thread, object: Value) -> PyResult<TypeParam> {
    if object.is_none() {
        let got = type_of(object).name();
        return Err(t.type_error(format!("expected some sort of type_param, but got {got}")));
    }
    let span = span(t, object, "type_param")?;
    let node = of_base(t, object, "type_param")?;
    let name = required(t, node, "name", identifier)?;
    let default_value = optional(t, node, "default_value", boxed)?;
    let kind = match node.kind {
        "TypeVar" => {
            TypeParamKind::TypeVar { name, bound: optional(t, node, "bound", boxed)?, default_value }
        }
        "ParamSpec" => TypeParamKind::ParamSpec { name, default_value },
        _ => TypeParamKind::TypeVarTuple { name, default_value },
    };
    Ok(TypeParam { kind, span })
}
