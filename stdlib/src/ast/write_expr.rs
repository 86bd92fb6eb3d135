//! The parser's expressions to `ast` objects.

use pystm_parser::ast::{
    BoolOp, CmpOp, Comprehension, Conversion, Expr, ExprContext, ExprKind, Operator, Span, UnaryOp,
};
use pystm_vm::{error::PyResult, thread::Thread, value::Value};

use super::{
    constant,
    write::{arguments, bare, comprehension, context, keyword, node, optional, sequence},
};

/// The object for an expression.
pub(super) fn expr(t: &mut Thread, tree: &Expr) -> PyResult {
    t.check_native_stack()?;
    let span = Some(tree.span);
    match &tree.kind {
        ExprKind::BoolOp { op, values } => {
            let op = bare(t, if *op == BoolOp::And { "And" } else { "Or" })?;
            let values = sequence(t, values, expr)?;
            node(t, "BoolOp", span, &[("op", op), ("values", values)])
        }
        ExprKind::NamedExpr { target, value } => {
            let target = expr(t, target)?;
            let value = expr(t, value)?;
            node(t, "NamedExpr", span, &[("target", target), ("value", value)])
        }
        ExprKind::BinOp { left, op, right } => {
            let left = expr(t, left)?;
            let op = bare(t, operator_name(*op))?;
            let right = expr(t, right)?;
            node(t, "BinOp", span, &[("left", left), ("op", op), ("right", right)])
        }
        ExprKind::UnaryOp { op, operand } => {
            let op = bare(t, unary_name(*op))?;
            let operand = expr(t, operand)?;
            node(t, "UnaryOp", span, &[("op", op), ("operand", operand)])
        }
        ExprKind::Lambda { args, body } => {
            let args = arguments(t, args)?;
            let body = expr(t, body)?;
            node(t, "Lambda", span, &[("args", args), ("body", body)])
        }
        ExprKind::IfExp { test, body, orelse } => {
            let test = expr(t, test)?;
            let body = expr(t, body)?;
            let orelse = expr(t, orelse)?;
            node(t, "IfExp", span, &[("test", test), ("body", body), ("orelse", orelse)])
        }
        ExprKind::Dict { keys, values } => {
            let keys = sequence(t, keys, |t, key| optional(t, key.as_ref(), expr))?;
            let values = sequence(t, values, expr)?;
            node(t, "Dict", span, &[("keys", keys), ("values", values)])
        }
        ExprKind::Set { elts } => {
            let elts = sequence(t, elts, expr)?;
            node(t, "Set", span, &[("elts", elts)])
        }
        ExprKind::ListComp { elt, generators } => comprehended(t, "ListComp", elt, generators, span),
        ExprKind::SetComp { elt, generators } => comprehended(t, "SetComp", elt, generators, span),
        ExprKind::GeneratorExp { elt, generators } => comprehended(t, "GeneratorExp", elt, generators, span),
        ExprKind::DictComp { key, value, generators } => {
            let key = expr(t, key)?;
            let value = expr(t, value)?;
            let generators = sequence(t, generators, comprehension)?;
            node(t, "DictComp", span, &[("key", key), ("value", value), ("generators", generators)])
        }
        ExprKind::Await { value } => {
            let value = expr(t, value)?;
            node(t, "Await", span, &[("value", value)])
        }
        ExprKind::Yield { value } => {
            let value = optional(t, value.as_deref(), expr)?;
            node(t, "Yield", span, &[("value", value)])
        }
        ExprKind::YieldFrom { value } => {
            let value = expr(t, value)?;
            node(t, "YieldFrom", span, &[("value", value)])
        }
        ExprKind::Compare { left, ops, comparators } => {
            let left = expr(t, left)?;
            let ops = sequence(t, ops, |t, op| bare(t, comparison_name(*op)))?;
            let comparators = sequence(t, comparators, expr)?;
            node(t, "Compare", span, &[("left", left), ("ops", ops), ("comparators", comparators)])
        }
        ExprKind::Call { func, args, keywords } => {
            let func = expr(t, func)?;
            let args = sequence(t, args, expr)?;
            let keywords = sequence(t, keywords, keyword)?;
            node(t, "Call", span, &[("func", func), ("args", args), ("keywords", keywords)])
        }
        ExprKind::FormattedValue { value, conversion, format_spec } => {
            let value = expr(t, value)?;
            let conversion = conversion_value(*conversion);
            let format_spec = optional(t, format_spec.as_deref(), expr)?;
            let fields = [("value", value), ("conversion", conversion), ("format_spec", format_spec)];
            node(t, "FormattedValue", span, &fields)
        }
        ExprKind::Interpolation { value, str: source, conversion, format_spec } => {
            let value = expr(t, value)?;
            let source = t.new_str(source);
            let conversion = conversion_value(*conversion);
            let format_spec = optional(t, format_spec.as_deref(), expr)?;
            let fields =
                [("value", value), ("str", source), ("conversion", conversion), ("format_spec", format_spec)];
            node(t, "Interpolation", span, &fields)
        }
        ExprKind::JoinedStr { values } => {
            let values = sequence(t, values, expr)?;
            node(t, "JoinedStr", span, &[("values", values)])
        }
        ExprKind::TemplateStr { values } => {
            let values = sequence(t, values, expr)?;
            node(t, "TemplateStr", span, &[("values", values)])
        }
        ExprKind::Constant { value, u_prefix } => {
            let value = constant::to_value(t, value)?;
            let kind = if *u_prefix { t.intern("u") } else { Value::NONE };
            node(t, "Constant", span, &[("value", value), ("kind", kind)])
        }
        ExprKind::Attribute { value, attr, ctx } => {
            let value = expr(t, value)?;
            let attr = t.intern(attr);
            let ctx = context(t, *ctx)?;
            node(t, "Attribute", span, &[("value", value), ("attr", attr), ("ctx", ctx)])
        }
        ExprKind::Subscript { value, slice, ctx } => {
            let value = expr(t, value)?;
            let slice = expr(t, slice)?;
            let ctx = context(t, *ctx)?;
            node(t, "Subscript", span, &[("value", value), ("slice", slice), ("ctx", ctx)])
        }
        ExprKind::Starred { value, ctx } => {
            let value = expr(t, value)?;
            let ctx = context(t, *ctx)?;
            node(t, "Starred", span, &[("value", value), ("ctx", ctx)])
        }
        ExprKind::Name { id, ctx } => {
            let id = t.intern(id);
            let ctx = context(t, *ctx)?;
            node(t, "Name", span, &[("id", id), ("ctx", ctx)])
        }
        ExprKind::List { elts, ctx } => elements(t, "List", elts, *ctx, span),
        ExprKind::Tuple { elts, ctx } => elements(t, "Tuple", elts, *ctx, span),
        ExprKind::Slice { lower, upper, step } => {
            let lower = optional(t, lower.as_deref(), expr)?;
            let upper = optional(t, upper.as_deref(), expr)?;
            let step = optional(t, step.as_deref(), expr)?;
            node(t, "Slice", span, &[("lower", lower), ("upper", upper), ("step", step)])
        }
    }
}

fn comprehended(
    t: &mut Thread,
    kind: &str,
    elt: &Expr,
    generators: &[Comprehension],
    span: Option<Span>,
) -> PyResult {
    let elt = expr(t, elt)?;
    let generators = sequence(t, generators, comprehension)?;
    node(t, kind, span, &[("elt", elt), ("generators", generators)])
}

fn elements(t: &mut Thread, kind: &str, elts: &[Expr], ctx: ExprContext, span: Option<Span>) -> PyResult {
    let elts = sequence(t, elts, expr)?;
    let ctx = context(t, ctx)?;
    node(t, kind, span, &[("elts", elts), ("ctx", ctx)])
}

fn conversion_value(conversion: Option<Conversion>) -> Value {
    Value::small(match conversion {
        None => -1,
        Some(Conversion::Str) => i64::from(b's'),
        Some(Conversion::Repr) => i64::from(b'r'),
        Some(Conversion::Ascii) => i64::from(b'a'),
    })
}

/// The class of a binary operator.
pub(super) fn operator_name(op: Operator) -> &'static str {
    OPERATORS.iter().find(|row| row.1 == op).map_or("Add", |row| row.0)
}

fn unary_name(op: UnaryOp) -> &'static str {
    UNARY.iter().find(|row| row.1 == op).map_or("Not", |row| row.0)
}

fn comparison_name(op: CmpOp) -> &'static str {
    COMPARISONS.iter().find(|row| row.1 == op).map_or("Eq", |row| row.0)
}

/// Binary operators by class name.
pub(super) static OPERATORS: &[(&str, Operator)] = &[
    ("Add", Operator::Add),
    ("Sub", Operator::Sub),
    ("Mult", Operator::Mult),
    ("MatMult", Operator::MatMult),
    ("Div", Operator::Div),
    ("Mod", Operator::Mod),
    ("Pow", Operator::Pow),
    ("LShift", Operator::LShift),
    ("RShift", Operator::RShift),
    ("BitOr", Operator::BitOr),
    ("BitXor", Operator::BitXor),
    ("BitAnd", Operator::BitAnd),
    ("FloorDiv", Operator::FloorDiv),
];

/// Unary operators by class name.
pub(super) static UNARY: &[(&str, UnaryOp)] =
    &[("Invert", UnaryOp::Invert), ("Not", UnaryOp::Not), ("UAdd", UnaryOp::UAdd), ("USub", UnaryOp::USub)];

/// Comparisons by class name.
pub(super) static COMPARISONS: &[(&str, CmpOp)] = &[
    ("Eq", CmpOp::Eq),
    ("NotEq", CmpOp::NotEq),
    ("Lt", CmpOp::Lt),
    ("LtE", CmpOp::LtE),
    ("Gt", CmpOp::Gt),
    ("GtE", CmpOp::GtE),
    ("Is", CmpOp::Is),
    ("IsNot", CmpOp::IsNot),
    ("In", CmpOp::In),
    ("NotIn", CmpOp::NotIn),
];
