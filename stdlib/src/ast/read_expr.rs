//! `ast` expressions to the parser's tree.

use pystm_parser::ast::{BoolOp, CmpOp, Conversion, Expr, ExprContext, ExprKind, Operator, UnaryOp};
use pystm_vm::{error::PyResult, thread::Thread, value::Value};

use super::{
    constant,
    read::{Node, identifier, integer, of_base, optional, required, sequence, span, value},
    read_parts::{arguments, comprehension, keyword},
    write_expr::{COMPARISONS, OPERATORS, UNARY},
};

/// The tree of an expression.
pub(super) fn expr(t: &mut Thread, object: Value) -> PyResult<Expr> {
    t.check_native_stack()?;
    if object.is_none() {
        return Err(t.value_error("None disallowed in expression list"));
    }
    let span = span(t, object, "expr")?;
    let node = of_base(t, object, "expr")?;
    let kind = match node.kind {
        "Constant" => {
            let literal = value(t, node, "value")?;
            let u_prefix = optional(t, node, "kind", string)?.is_some_and(|kind| kind == "u");
            constant::to_expr(t, literal, u_prefix, span)?
        }
        _ => kind(t, node)?,
    };
    Ok(Expr { kind, span })
}

fn boxed(t: &mut Thread, object: Value) -> PyResult<Box<Expr>> {
    expr(t, object).map(Box::new)
}

fn string(t: &mut Thread, object: Value) -> PyResult<String> {
    match object.as_str() {
        Some(text) => Ok(text.to_rust()),
        None => Err(t.type_error("AST string must be of type str")),
    }
}

/// An item that may be `None`.
pub(super) fn maybe(t: &mut Thread, object: Value) -> PyResult<Option<Expr>> {
    if object.is_none() { Ok(None) } else { expr(t, object).map(Some) }
}

fn kind(t: &mut Thread, node: Node) -> PyResult<ExprKind> {
    Ok(match node.kind {
        "BoolOp" => ExprKind::BoolOp {
            op: required(t, node, "op", bool_op)?,
            values: sequence(t, node, "values", expr)?,
        },
        "NamedExpr" => ExprKind::NamedExpr {
            target: required(t, node, "target", boxed)?,
            value: required(t, node, "value", boxed)?,
        },
        "BinOp" => ExprKind::BinOp {
            left: required(t, node, "left", boxed)?,
            op: required(t, node, "op", operator)?,
            right: required(t, node, "right", boxed)?,
        },
        "UnaryOp" => ExprKind::UnaryOp {
            op: required(t, node, "op", unary_op)?,
            operand: required(t, node, "operand", boxed)?,
        },
        "Lambda" => ExprKind::Lambda {
            args: Box::new(required(t, node, "args", arguments)?),
            body: required(t, node, "body", boxed)?,
        },
        "IfExp" => ExprKind::IfExp {
            test: required(t, node, "test", boxed)?,
            body: required(t, node, "body", boxed)?,
            orelse: required(t, node, "orelse", boxed)?,
        },
        "Dict" => ExprKind::Dict {
            keys: sequence(t, node, "keys", maybe)?,
            values: sequence(t, node, "values", expr)?,
        },
        "Set" => ExprKind::Set { elts: sequence(t, node, "elts", expr)? },
        "ListComp" => ExprKind::ListComp {
            elt: required(t, node, "elt", boxed)?,
            generators: sequence(t, node, "generators", comprehension)?,
        },
        "SetComp" => ExprKind::SetComp {
            elt: required(t, node, "elt", boxed)?,
            generators: sequence(t, node, "generators", comprehension)?,
        },
        "GeneratorExp" => ExprKind::GeneratorExp {
            elt: required(t, node, "elt", boxed)?,
            generators: sequence(t, node, "generators", comprehension)?,
        },
        "DictComp" => ExprKind::DictComp {
            key: required(t, node, "key", boxed)?,
            value: required(t, node, "value", boxed)?,
            generators: sequence(t, node, "generators", comprehension)?,
        },
        "Await" => ExprKind::Await { value: required(t, node, "value", boxed)? },
        "Yield" => ExprKind::Yield { value: optional(t, node, "value", boxed)? },
        "YieldFrom" => ExprKind::YieldFrom { value: required(t, node, "value", boxed)? },
        "Compare" => ExprKind::Compare {
            left: required(t, node, "left", boxed)?,
            ops: sequence(t, node, "ops", comparison)?,
            comparators: sequence(t, node, "comparators", expr)?,
        },
        "Call" => ExprKind::Call {
            func: required(t, node, "func", boxed)?,
            args: sequence(t, node, "args", expr)?,
            keywords: sequence(t, node, "keywords", keyword)?,
        },
        "FormattedValue" => ExprKind::FormattedValue {
            value: required(t, node, "value", boxed)?,
            conversion: required(t, node, "conversion", conversion)?,
            format_spec: optional(t, node, "format_spec", boxed)?,
        },
        "Interpolation" => ExprKind::Interpolation {
            value: required(t, node, "value", boxed)?,
            str: required(t, node, "str", string)?.into(),
            conversion: required(t, node, "conversion", conversion)?,
            format_spec: optional(t, node, "format_spec", boxed)?,
        },
        "JoinedStr" => ExprKind::JoinedStr { values: sequence(t, node, "values", expr)? },
        "TemplateStr" => ExprKind::TemplateStr { values: sequence(t, node, "values", expr)? },
        _ => return place(t, node),
    })
}

/// The expressions that can be assigned to, and slices.
fn place(t: &mut Thread, node: Node) -> PyResult<ExprKind> {
    Ok(match node.kind {
        "Attribute" => ExprKind::Attribute {
            value: required(t, node, "value", boxed)?,
            attr: required(t, node, "attr", identifier)?,
            ctx: required(t, node, "ctx", context)?,
        },
        "Subscript" => ExprKind::Subscript {
            value: required(t, node, "value", boxed)?,
            slice: required(t, node, "slice", boxed)?,
            ctx: required(t, node, "ctx", context)?,
        },
        "Starred" => ExprKind::Starred {
            value: required(t, node, "value", boxed)?,
            ctx: required(t, node, "ctx", context)?,
        },
        "Name" => ExprKind::Name {
            id: required(t, node, "id", identifier)?,
            ctx: required(t, node, "ctx", context)?,
        },
        "List" => {
            ExprKind::List { elts: sequence(t, node, "elts", expr)?, ctx: required(t, node, "ctx", context)? }
        }
        "Tuple" => ExprKind::Tuple {
            elts: sequence(t, node, "elts", expr)?,
            ctx: required(t, node, "ctx", context)?,
        },
        _ => ExprKind::Slice {
            lower: optional(t, node, "lower", boxed)?,
            upper: optional(t, node, "upper", boxed)?,
            step: optional(t, node, "step", boxed)?,
        },
    })
}

fn context(t: &mut Thread, object: Value) -> PyResult<ExprContext> {
    Ok(match of_base(t, object, "expr_context")?.kind {
        "Store" => ExprContext::Store,
        "Del" => ExprContext::Del,
        _ => ExprContext::Load,
    })
}

fn bool_op(t: &mut Thread, object: Value) -> PyResult<BoolOp> {
    Ok(if of_base(t, object, "boolop")?.kind == "And" { BoolOp::And } else { BoolOp::Or })
}

/// A binary operator.
pub(super) fn operator(t: &mut Thread, object: Value) -> PyResult<Operator> {
    let kind = of_base(t, object, "operator")?.kind;
    Ok(OPERATORS.iter().find(|row| row.0 == kind).map_or(Operator::Add, |row| row.1))
}

fn unary_op(t: &mut Thread, object: Value) -> PyResult<UnaryOp> {
    let kind = of_base(t, object, "unaryop")?.kind;
    Ok(UNARY.iter().find(|row| row.0 == kind).map_or(UnaryOp::Not, |row| row.1))
}

fn comparison(t: &mut Thread, object: Value) -> PyResult<CmpOp> {
    let kind = of_base(t, object, "cmpop")?.kind;
    Ok(COMPARISONS.iter().find(|row| row.0 == kind).map_or(CmpOp::Eq, |row| row.1))
}

fn conversion(t: &mut Thread, object: Value) -> PyResult<Option<Conversion>> {
    match u8::try_from(integer(t, object)?).unwrap_or(0) {
        b's' => Ok(Some(Conversion::Str)),
        b'r' => Ok(Some(Conversion::Repr)),
        b'a' => Ok(Some(Conversion::Ascii)),
        _ => Ok(None),
    }
}
