//! Expressions and their parts.

use super::{Dump, Fields, Value};
use crate::ast::{
    Arg, Arguments, BoolOp, CmpOp, Comprehension, Conversion, Expr, ExprContext, ExprKind, Keyword, Operator,
    UnaryOp,
};

impl Value for Expr {
    fn dump(&self, dump: &mut Dump) {
        let name = name(&self.kind);
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || {
            dump.node(name, Some(self.span), |node| fields(&self.kind, node));
        });
    }
}

fn name(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::BoolOp { .. } => "BoolOp",
        ExprKind::NamedExpr { .. } => "NamedExpr",
        ExprKind::BinOp { .. } => "BinOp",
        ExprKind::UnaryOp { .. } => "UnaryOp",
        ExprKind::Lambda { .. } => "Lambda",
        ExprKind::IfExp { .. } => "IfExp",
        ExprKind::Dict { .. } => "Dict",
        ExprKind::Set { .. } => "Set",
        ExprKind::ListComp { .. } => "ListComp",
        ExprKind::SetComp { .. } => "SetComp",
        ExprKind::DictComp { .. } => "DictComp",
        ExprKind::GeneratorExp { .. } => "GeneratorExp",
        ExprKind::Await { .. } => "Await",
        ExprKind::Yield { .. } => "Yield",
        ExprKind::YieldFrom { .. } => "YieldFrom",
        ExprKind::Compare { .. } => "Compare",
        ExprKind::Call { .. } => "Call",
        ExprKind::FormattedValue { .. } => "FormattedValue",
        ExprKind::Interpolation { .. } => "Interpolation",
        ExprKind::JoinedStr { .. } => "JoinedStr",
        ExprKind::TemplateStr { .. } => "TemplateStr",
        ExprKind::Constant { .. } => "Constant",
        ExprKind::Attribute { .. } => "Attribute",
        ExprKind::Subscript { .. } => "Subscript",
        ExprKind::Starred { .. } => "Starred",
        ExprKind::Name { .. } => "Name",
        ExprKind::List { .. } => "List",
        ExprKind::Tuple { .. } => "Tuple",
        ExprKind::Slice { .. } => "Slice",
    }
}

fn fields(kind: &ExprKind, node: &mut Fields<'_>) {
    match kind {
        ExprKind::BoolOp { op, values } => {
            node.bare("op", if *op == BoolOp::And { "And" } else { "Or" });
            node.list("values", values);
        }
        ExprKind::NamedExpr { target, value } => {
            node.field("target", target);
            node.field("value", value);
        }
        ExprKind::BinOp { left, op, right } => {
            node.field("left", left);
            node.bare("op", operator(*op));
            node.field("right", right);
        }
        ExprKind::UnaryOp { op, operand } => {
            node.bare("op", unary(*op));
            node.field("operand", operand);
        }
        ExprKind::Lambda { args, body } => {
            node.field("args", args);
            node.field("body", body);
        }
        ExprKind::IfExp { test, body, orelse } => {
            node.field("test", test);
            node.field("body", body);
            node.field("orelse", orelse);
        }
        ExprKind::Dict { keys, values } => {
            node.list("keys", keys);
            node.list("values", values);
        }
        ExprKind::Set { elts } => node.list("elts", elts),
        ExprKind::ListComp { elt, generators }
        | ExprKind::SetComp { elt, generators }
        | ExprKind::GeneratorExp { elt, generators } => {
            node.field("elt", elt);
            node.list("generators", generators);
        }
        ExprKind::DictComp { key, value, generators } => {
            node.field("key", key);
            node.field("value", value);
            node.list("generators", generators);
        }
        ExprKind::Await { value } | ExprKind::YieldFrom { value } => node.field("value", value),
        ExprKind::Yield { value } => node.optional("value", value.as_ref()),
        ExprKind::Compare { left, ops, comparators } => {
            node.field("left", left);
            node.list("ops", ops);
            node.list("comparators", comparators);
        }
        ExprKind::Call { func, args, keywords } => {
            node.field("func", func);
            node.list("args", args);
            node.list("keywords", keywords);
        }
        ExprKind::FormattedValue { value, conversion, format_spec } => {
            node.field("value", value);
            node.field("conversion", conversion);
            node.optional("format_spec", format_spec.as_ref());
        }
        ExprKind::Interpolation { value, str, conversion, format_spec } => {
            node.field("value", value);
            node.field("str", &**str);
            node.field("conversion", conversion);
            node.optional("format_spec", format_spec.as_ref());
        }
        ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => node.list("values", values),
        ExprKind::Constant { value, u_prefix } => {
            node.field("value", value);
            if *u_prefix {
                node.field("kind", "u");
            }
        }
        ExprKind::Attribute { value, attr, ctx } => {
            node.field("value", value);
            node.field("attr", &**attr);
            node.bare("ctx", context(*ctx));
        }
        ExprKind::Subscript { value, slice, ctx } => {
            node.field("value", value);
            node.field("slice", slice);
            node.bare("ctx", context(*ctx));
        }
        ExprKind::Starred { value, ctx } => {
            node.field("value", value);
            node.bare("ctx", context(*ctx));
        }
        ExprKind::Name { id, ctx } => {
            node.field("id", &**id);
            node.bare("ctx", context(*ctx));
        }
        ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => {
            node.list("elts", elts);
            node.bare("ctx", context(*ctx));
        }
        ExprKind::Slice { lower, upper, step } => {
            node.optional("lower", lower.as_ref());
            node.optional("upper", upper.as_ref());
            node.optional("step", step.as_ref());
        }
    }
}

/// The number that stands for a conversion, or for none.
impl Value for Option<Conversion> {
    fn dump(&self, dump: &mut Dump) {
        dump.out.push_str(match self {
            None => "-1",
            Some(Conversion::Str) => "115",
            Some(Conversion::Repr) => "114",
            Some(Conversion::Ascii) => "97",
        });
    }
}

impl Value for Comprehension {
    fn dump(&self, dump: &mut Dump) {
        dump.node("comprehension", None, |node| {
            node.field("target", &self.target);
            node.field("iter", &self.iter);
            node.list("ifs", &self.ifs);
            node.number("is_async", self.is_async.into());
        });
    }
}

impl Value for Arguments {
    fn dump(&self, dump: &mut Dump) {
        dump.node("arguments", None, |node| {
            node.list("posonlyargs", &self.posonlyargs);
            node.list("args", &self.args);
            node.optional("vararg", self.vararg.as_ref());
            node.list("kwonlyargs", &self.kwonlyargs);
            node.list("kw_defaults", &self.kw_defaults);
            node.optional("kwarg", self.kwarg.as_ref());
            node.list("defaults", &self.defaults);
        });
    }
}

impl Value for Arg {
    fn dump(&self, dump: &mut Dump) {
        dump.node("arg", Some(self.span), |node| {
            node.field("arg", &*self.arg);
            node.optional("annotation", self.annotation.as_ref());
        });
    }
}

impl Value for Keyword {
    fn dump(&self, dump: &mut Dump) {
        dump.node("keyword", Some(self.span), |node| {
            node.optional("arg", self.arg.as_ref());
            node.field("value", &self.value);
        });
    }
}

impl Value for CmpOp {
    fn dump(&self, dump: &mut Dump) {
        dump.out.push_str(match self {
            CmpOp::Eq => "Eq()",
            CmpOp::NotEq => "NotEq()",
            CmpOp::Lt => "Lt()",
            CmpOp::LtE => "LtE()",
            CmpOp::Gt => "Gt()",
            CmpOp::GtE => "GtE()",
            CmpOp::Is => "Is()",
            CmpOp::IsNot => "IsNot()",
            CmpOp::In => "In()",
            CmpOp::NotIn => "NotIn()",
        });
    }
}

fn context(ctx: ExprContext) -> &'static str {
    match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    }
}

pub(super) fn operator(op: Operator) -> &'static str {
    match op {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    }
}

fn unary(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Invert => "Invert",
        UnaryOp::Not => "Not",
        UnaryOp::UAdd => "UAdd",
        UnaryOp::USub => "USub",
    }
}
