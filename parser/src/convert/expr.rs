//! Expressions.

use rustpython_parser::ast::{self as rp, Ranged};
use rustpython_parser::text_size::TextRange;

use super::{Converter, identifier};
use crate::ast::{BoolOp, CmpOp, Comprehension, Constant, Expr, ExprContext, ExprKind, Operator, UnaryOp};
use crate::check::{Purpose, suspect};
use crate::error::Fail;
use crate::token::Kind;

/// Stack that must be left for one more level, and how much to add.
pub(super) const RED_ZONE: usize = 128 * 1024;
pub(super) const MORE_STACK: usize = 2 * 1024 * 1024;

impl Converter<'_, '_> {
    pub(crate) fn expr(&mut self, expr: rp::Expr) -> Result<Expr, Fail> {
        if self.depth >= super::MAX_DEPTH {
            return Err(crate::program::too_deep(expr.start().into()));
        }
        self.depth += 1;
        let result = stacker::maybe_grow(RED_ZONE, MORE_STACK, || self.expr_(expr));
        self.depth -= 1;
        result
    }

    pub(super) fn boxed(&mut self, expr: rp::Expr) -> Result<Box<Expr>, Fail> {
        self.expr(expr).map(Box::new)
    }

    pub(super) fn optional(&mut self, expr: Option<Box<rp::Expr>>) -> Result<Option<Box<Expr>>, Fail> {
        expr.map(|expr| self.boxed(*expr)).transpose()
    }

    pub(super) fn exprs(&mut self, exprs: Vec<rp::Expr>) -> Result<Vec<Expr>, Fail> {
        exprs.into_iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr_(&mut self, expr: rp::Expr) -> Result<Expr, Fail> {
        let mut range = expr.range();
        let kind = match expr {
            rp::Expr::Constant(node) => return self.constant(node),
            rp::Expr::Name(node) => ExprKind::Name { id: identifier(node.id), ctx: context(node.ctx) },
            rp::Expr::Attribute(node) => ExprKind::Attribute {
                value: self.boxed(*node.value)?,
                attr: identifier(node.attr),
                ctx: context(node.ctx),
            },
            rp::Expr::Call(node) => self.call(node)?,
            rp::Expr::Subscript(node) => ExprKind::Subscript {
                value: self.boxed(*node.value)?,
                slice: Box::new(self.slice(*node.slice)?),
                ctx: context(node.ctx),
            },
            rp::Expr::BoolOp(node) => {
                let op = if matches!(node.op, rp::BoolOp::And) { BoolOp::And } else { BoolOp::Or };
                ExprKind::BoolOp { op, values: self.exprs(node.values)? }
            }
            rp::Expr::NamedExpr(node) => {
                let end = self.end_with_parentheses(range.start().into(), range.end().into());
                range = TextRange::new(range.start(), end.into());
                ExprKind::NamedExpr { target: self.boxed(*node.target)?, value: self.boxed(*node.value)? }
            }
            rp::Expr::BinOp(node) => ExprKind::BinOp {
                left: self.boxed(*node.left)?,
                op: operator(node.op),
                right: self.boxed(*node.right)?,
            },
            rp::Expr::UnaryOp(node) => {
                ExprKind::UnaryOp { op: unary(node.op), operand: self.boxed(*node.operand)? }
            }
            rp::Expr::Lambda(node) => ExprKind::Lambda {
                args: Box::new(self.arguments(*node.args)?),
                body: self.boxed(*node.body)?,
            },
            rp::Expr::IfExp(node) => ExprKind::IfExp {
                test: self.boxed(*node.test)?,
                body: self.boxed(*node.body)?,
                orelse: self.boxed(*node.orelse)?,
            },
            rp::Expr::Dict(node) => {
                let mut keys = Vec::with_capacity(node.keys.len());
                for key in node.keys {
                    keys.push(key.map(|key| self.expr(key)).transpose()?);
                }
                ExprKind::Dict { keys, values: self.exprs(node.values)? }
            }
            rp::Expr::Set(node) => ExprKind::Set { elts: self.exprs(node.elts)? },
            rp::Expr::ListComp(node) => ExprKind::ListComp {
                elt: match *node.elt {
                    rp::Expr::Starred(starred) => {
                        let (start, end) = (starred.range.start().into(), starred.range.end().into());
                        return Err(suspect(
                            "iterable unpacking cannot be used in comprehension",
                            start,
                            end,
                        ));
                    }
                    elt => self.boxed(elt)?,
                },
                generators: self.comprehensions(node.generators)?,
            },
            rp::Expr::SetComp(node) => ExprKind::SetComp {
                elt: self.boxed(*node.elt)?,
                generators: self.comprehensions(node.generators)?,
            },
            rp::Expr::GeneratorExp(node) => ExprKind::GeneratorExp {
                elt: self.boxed(*node.elt)?,
                generators: self.comprehensions(node.generators)?,
            },
            rp::Expr::DictComp(node) => ExprKind::DictComp {
                key: self.boxed(*node.key)?,
                value: self.boxed(*node.value)?,
                generators: self.comprehensions(node.generators)?,
            },
            rp::Expr::Await(node) => ExprKind::Await { value: self.boxed(*node.value)? },
            rp::Expr::Yield(node) => ExprKind::Yield { value: self.optional(node.value)? },
            rp::Expr::YieldFrom(node) => ExprKind::YieldFrom { value: self.boxed(*node.value)? },
            rp::Expr::Compare(node) => ExprKind::Compare {
                left: self.boxed(*node.left)?,
                ops: node.ops.into_iter().map(comparison).collect(),
                comparators: self.exprs(node.comparators)?,
            },
            rp::Expr::Starred(node) => {
                ExprKind::Starred { value: self.boxed(*node.value)?, ctx: context(node.ctx) }
            }
            rp::Expr::List(node) => ExprKind::List { elts: self.exprs(node.elts)?, ctx: context(node.ctx) },
            rp::Expr::Tuple(node) => ExprKind::Tuple { elts: self.exprs(node.elts)?, ctx: context(node.ctx) },
            rp::Expr::Slice(node) => ExprKind::Slice {
                lower: self.optional(node.lower)?,
                upper: self.optional(node.upper)?,
                step: self.optional(node.step)?,
            },
            // The feed gives the grammar no f-strings.
            rp::Expr::FormattedValue(_) | rp::Expr::JoinedStr(_) => {
                return self.string(range.start().into(), range.end().into());
            }
        };
        Ok(Expr { kind, span: self.span_of(range) })
    }

    fn constant(&mut self, node: rp::ExprConstant) -> Result<Expr, Fail> {
        let value = match node.value {
            rp::Constant::Str(_) => {
                return self.string(node.range.start().into(), node.range.end().into());
            }
            value => constant(value),
        };
        Ok(Expr { kind: ExprKind::Constant { value, u_prefix: false }, span: self.span_of(node.range) })
    }

    /// `x[*a]` means `x[(*a,)]`.
    fn slice(&mut self, slice: rp::Expr) -> Result<Expr, Fail> {
        let slice = self.expr(slice)?;
        if !matches!(slice.kind, ExprKind::Starred { .. }) {
            return Ok(slice);
        }
        let span = slice.span;
        Ok(Expr { kind: ExprKind::Tuple { elts: vec![slice], ctx: ExprContext::Load }, span })
    }

    fn call(&mut self, node: rp::ExprCall) -> Result<ExprKind, Fail> {
        Ok(ExprKind::Call {
            func: self.boxed(*node.func)?,
            args: self.call_arguments(node.args, !node.keywords.is_empty())?,
            keywords: self.keywords(node.keywords)?,
        })
    }

    /// Positional arguments; a generator expression without parentheses of its own gets the call's.
    pub(super) fn call_arguments(&mut self, args: Vec<rp::Expr>, keywords: bool) -> Result<Vec<Expr>, Fail> {
        let alone = args.len() == 1 && !keywords;
        let mut out = Vec::with_capacity(args.len());
        for arg in args {
            let range = arg.range();
            let generator = matches!(arg, rp::Expr::GeneratorExp(_));
            let mut arg = self.expr(arg)?;
            if generator && !self.is_parenthesised(range) {
                let (start, end): (u32, u32) = (range.start().into(), range.end().into());
                let open = self.program.token_at(start).saturating_sub(1);
                let close = self.program.token_at(end).min(self.program.tokens.len() - 1);
                if !alone || self.program.tokens[close].kind == Kind::Comma {
                    return Err(suspect("Generator expression must be parenthesized", start, end));
                }
                arg.span = self.span(self.program.tokens[open].start, self.program.tokens[close].end);
            }
            out.push(arg);
        }
        Ok(out)
    }

    /// Whether one pair of parentheses encloses the whole range.
    pub(super) fn is_parenthesised(&self, range: TextRange) -> bool {
        let from = self.program.token_at(range.start().into());
        let to = self.program.token_at(range.end().into());
        let tokens = &self.program.tokens[from..to];
        if tokens.first().is_none_or(|first| first.kind != Kind::LPar) {
            return false;
        }
        let mut depth = 0;
        for (index, token) in tokens.iter().enumerate() {
            if token.kind.opens() {
                depth += 1;
            } else if token.kind.closes() {
                depth -= 1;
                if depth == 0 {
                    return index + 1 == tokens.len();
                }
            }
        }
        false
    }

    fn comprehensions(&mut self, generators: Vec<rp::Comprehension>) -> Result<Vec<Comprehension>, Fail> {
        let mut out = Vec::with_capacity(generators.len());
        for generator in generators {
            let target = self.expr(generator.target)?;
            self.check_target(&target, Purpose::Assign)?;
            out.push(Comprehension {
                target,
                iter: self.expr(generator.iter)?,
                ifs: self.exprs(generator.ifs)?,
                is_async: generator.is_async,
            });
        }
        Ok(out)
    }
}

/// A constant that is no string.
pub(super) fn constant(value: rp::Constant) -> Constant {
    match value {
        rp::Constant::Bool(true) => Constant::True,
        rp::Constant::Bool(false) => Constant::False,
        rp::Constant::Int(value) => Constant::Int(value),
        rp::Constant::Float(value) => Constant::Float(value),
        rp::Constant::Complex { imag, .. } => Constant::Complex(imag),
        rp::Constant::Ellipsis => Constant::Ellipsis,
        _ => Constant::None,
    }
}

fn context(ctx: rp::ExprContext) -> ExprContext {
    match ctx {
        rp::ExprContext::Load => ExprContext::Load,
        rp::ExprContext::Store => ExprContext::Store,
        rp::ExprContext::Del => ExprContext::Del,
    }
}

pub(super) fn operator(op: rp::Operator) -> Operator {
    match op {
        rp::Operator::Add => Operator::Add,
        rp::Operator::Sub => Operator::Sub,
        rp::Operator::Mult => Operator::Mult,
        rp::Operator::MatMult => Operator::MatMult,
        rp::Operator::Div => Operator::Div,
        rp::Operator::Mod => Operator::Mod,
        rp::Operator::Pow => Operator::Pow,
        rp::Operator::LShift => Operator::LShift,
        rp::Operator::RShift => Operator::RShift,
        rp::Operator::BitOr => Operator::BitOr,
        rp::Operator::BitXor => Operator::BitXor,
        rp::Operator::BitAnd => Operator::BitAnd,
        rp::Operator::FloorDiv => Operator::FloorDiv,
    }
}

fn unary(op: rp::UnaryOp) -> UnaryOp {
    match op {
        rp::UnaryOp::Invert => UnaryOp::Invert,
        rp::UnaryOp::Not => UnaryOp::Not,
        rp::UnaryOp::UAdd => UnaryOp::UAdd,
        rp::UnaryOp::USub => UnaryOp::USub,
    }
}

fn comparison(op: rp::CmpOp) -> CmpOp {
    match op {
        rp::CmpOp::Eq => CmpOp::Eq,
        rp::CmpOp::NotEq => CmpOp::NotEq,
        rp::CmpOp::Lt => CmpOp::Lt,
        rp::CmpOp::LtE => CmpOp::LtE,
        rp::CmpOp::Gt => CmpOp::Gt,
        rp::CmpOp::GtE => CmpOp::GtE,
        rp::CmpOp::Is => CmpOp::Is,
        rp::CmpOp::IsNot => CmpOp::IsNot,
        rp::CmpOp::In => CmpOp::In,
        rp::CmpOp::NotIn => CmpOp::NotIn,
    }
}
