//! Expressions.

use pystm_parser::ast::*;

use super::call::attribute_span;
use super::names::Where;
use super::unit::Reg;
use super::{CompileError, Compiler, Result};
use crate::bytecode::{Const, Op};

/// Where the value of an expression is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dest {
    /// In this register, written by the last instruction only if the register is a named local.
    Reg(Reg),
    /// In the next free temporary.
    Push,
    /// Anywhere: a local in its own register, all else as with `Push`.
    Any,
}

impl<'a> Compiler<'a> {
    /// The register that a result goes to.
    pub(super) fn target(&mut self, dest: Dest) -> Reg {
        match dest {
            Dest::Reg(reg) => reg,
            Dest::Push | Dest::Any => self.u.temp(),
        }
    }

    /// Frees the temporaries from `mark` on, then gives the register that a result goes to.
    pub(super) fn finish_in(&mut self, dest: Dest, mark: u32) -> Reg {
        self.u.release(mark);
        self.target(dest)
    }

    /// A register in which a result may be built in several steps.
    pub(super) fn scratch(&mut self, dest: Dest) -> Reg {
        match dest {
            Dest::Reg(reg) if !self.u.is_named(reg) => reg,
            _ => self.u.temp(),
        }
    }

    /// Ends what [`Compiler::scratch`] began at `mark`: brings the result where it is wanted.
    pub(super) fn settle(&mut self, dest: Dest, scratch: Reg, mark: u32) -> Reg {
        self.u.release(mark);
        match dest {
            Dest::Reg(reg) => {
                if reg != scratch {
                    self.u.emit(Op::Move, reg, scratch, 0);
                }
                reg
            }
            Dest::Push | Dest::Any => self.u.temp(),
        }
    }

    /// An operand after which nothing else is evaluated.
    pub(super) fn operand(&mut self, e: &'a Expr) -> Result<Reg> {
        self.expr(e, Dest::Any)
    }

    /// An operand that must survive the evaluation of other expressions.
    pub(super) fn early_operand(&mut self, e: &'a Expr) -> Result<Reg> {
        match &e.kind {
            ExprKind::Name { id, .. } if self.rebindable(&self.mangled(id)) => self.push(e),
            ExprKind::NamedExpr { .. } => self.push(e),
            _ => self.expr(e, Dest::Any),
        }
    }

    /// Evaluates into the next temporary.
    pub(super) fn push(&mut self, e: &'a Expr) -> Result<Reg> {
        self.expr(e, Dest::Push)
    }

    /// Evaluates an expression. Instructions get its position; the position before is restored.
    pub(super) fn expr(&mut self, e: &'a Expr, dest: Dest) -> Result<Reg> {
        stacker::maybe_grow(96 * 1024, 1024 * 1024, || {
            let before = self.u.at(e.span);
            let reg = self.expr_inner(e, dest);
            self.u.builder.set_position(before);
            reg
        })
    }

    fn expr_inner(&mut self, e: &'a Expr, dest: Dest) -> Result<Reg> {
        if let Some(value) = self.fold(e) {
            let dst = self.target(dest);
            self.u.load_const(dst, value);
            return Ok(dst);
        }
        match &e.kind {
            ExprKind::Constant { .. } => {
                // Constants fold; this is for completeness alone.
                let dst = self.target(dest);
                self.u.load_const(dst, Const::None);
                Ok(dst)
            }
            ExprKind::Name { id, .. } => Ok(self.load_name(id, dest)),
            ExprKind::BinOp { left, op, right } => self.binary(e, left, *op, right, dest),
            ExprKind::UnaryOp { op, operand } => {
                let mark = self.u.mark();
                let value = self.operand(operand)?;
                let dst = self.finish_in(dest, mark);
                let op = match op {
                    UnaryOp::Invert => Op::Invert,
                    UnaryOp::Not => Op::Not,
                    UnaryOp::UAdd => Op::Pos,
                    UnaryOp::USub => Op::Neg,
                };
                self.u.at(e.span);
                self.u.emit(op, dst, value, 0);
                Ok(dst)
            }
            ExprKind::BoolOp { op, values } => self.bool_op(*op, values, dest),
            ExprKind::Compare { left, ops, comparators } => self.compare(e, left, ops, comparators, dest),
            ExprKind::IfExp { test, body, orelse } => self.if_exp(test, body, orelse, dest),
            ExprKind::NamedExpr { target, value } => self.named_expr(target, value, dest),
            ExprKind::Call { func, args, keywords } => self.call(e, func, args, keywords, dest),
            ExprKind::Attribute { value, attr, .. } => self.attribute(e, value, attr, dest),
            ExprKind::Subscript { value, slice, .. } => self.subscript(e, value, slice, dest),
            ExprKind::Slice { lower, upper, step } => {
                let mark = self.u.mark();
                let first = self.slice_parts(lower.as_deref(), upper.as_deref())?;
                self.optional(step.as_deref())?;
                let dst = self.finish_in(dest, mark);
                self.u.emit(Op::BuildSlice, dst, first, 0);
                Ok(dst)
            }
            ExprKind::Tuple { elts, .. } => self.tuple(elts, dest),
            ExprKind::List { elts, .. } => self.list(e, elts, dest),
            ExprKind::Set { elts } => self.set(e, elts, dest),
            ExprKind::Dict { keys, values } => self.dict(e, keys, values, dest),
            ExprKind::Lambda { args, body } => self.lambda(e, args, body, dest),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(e, elt, None, generators, dest)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(e, key, Some(value), generators, dest)
            }
            ExprKind::JoinedStr { values } => self.joined_str(e, values, dest),
            ExprKind::TemplateStr { values } => self.template_str(e, values, dest),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(e, value, *conversion, format_spec.as_deref(), dest)
            }
            ExprKind::Interpolation { .. } => self.interpolation(e, dest),
            ExprKind::Await { value } => self.await_expr(e, value, dest),
            ExprKind::Yield { value } => self.yield_expr(e, value.as_deref(), dest),
            ExprKind::YieldFrom { value } => self.yield_from(e, value, dest),
            ExprKind::Starred { .. } => {
                Err(CompileError::syntax(e.span, "can't use starred expression here"))
            }
        }
    }

    fn binary(&mut self, e: &Expr, left: &'a Expr, op: Operator, right: &'a Expr, dest: Dest) -> Result<Reg> {
        let mark = self.u.mark();
        if let Some(n) = self.small_int(right)
            && let Some(op) = with_int(op)
        {
            let left = self.operand(left)?;
            let dst = self.finish_in(dest, mark);
            self.u.at(e.span);
            self.u.emit(op, dst, left, n as u16);
            return Ok(dst);
        }
        let left = self.early_operand(left)?;
        let right = self.operand(right)?;
        let dst = self.finish_in(dest, mark);
        self.u.at(e.span);
        self.u.emit(binary_op(op), dst, left, right);
        Ok(dst)
    }

    fn bool_op(&mut self, op: BoolOp, values: &'a [Expr], dest: Dest) -> Result<Reg> {
        let mark = self.u.mark();
        let end = self.u.label();
        let jump = if op == BoolOp::And { Op::JumpIfFalse } else { Op::JumpIfTrue };
        let inner = self.branch_dest(dest);
        let mut result = 0;
        for (i, value) in values.iter().enumerate() {
            self.u.release(mark);
            result = self.expr(value, inner)?;
            if i + 1 < values.len() {
                self.u.jump(jump, result, 0, 0, end);
            }
        }
        self.u.place(end);
        Ok(self.settle(dest, result, mark))
    }

    /// Where branches of an expression leave their values: all in the same register, and not yet in a named one.
    fn branch_dest(&self, dest: Dest) -> Dest {
        match dest {
            Dest::Reg(reg) if !self.u.is_named(reg) => dest,
            _ => Dest::Push,
        }
    }

    fn compare(
        &mut self,
        e: &Expr,
        left: &'a Expr,
        ops: &[CmpOp],
        comparators: &'a [Expr],
        dest: Dest,
    ) -> Result<Reg> {
        self.check_compare(e, left, ops, comparators);
        let mark = self.u.mark();
        if let ([op], [right]) = (ops, comparators) {
            let left = self.early_operand(left)?;
            let right = self.compare_operand(*op, right, false)?;
            let dst = self.finish_in(dest, mark);
            self.u.emit(compare_op(*op), dst, left, right);
            return Ok(dst);
        }
        let result = self.scratch(dest);
        let end = self.u.label();
        let inner = self.u.mark();
        let mut left = self.early_operand(left)?;
        for (i, (op, right)) in ops.iter().zip(comparators).enumerate() {
            let last = i + 1 == ops.len();
            let right = self.compare_operand(*op, right, !last)?;
            self.u.emit(compare_op(*op), result, left, right);
            if !last {
                self.u.jump(Op::JumpIfFalse, result, 0, 0, end);
            }
            left = right;
        }
        self.u.release(inner);
        self.u.place(end);
        Ok(self.settle(dest, result, mark))
    }

    /// The right side of a comparison; a display of constants after `in` is a constant itself.
    pub(super) fn compare_operand(&mut self, op: CmpOp, right: &'a Expr, early: bool) -> Result<Reg> {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(value) = self.fold_container(right)
        {
            let dst = self.u.temp();
            self.u.load_const(dst, value);
            return Ok(dst);
        }
        if early { self.early_operand(right) } else { self.operand(right) }
    }

    fn if_exp(&mut self, test: &'a Expr, body: &'a Expr, orelse: &'a Expr, dest: Dest) -> Result<Reg> {
        let mark = self.u.mark();
        let (otherwise, end) = (self.u.label(), self.u.label());
        self.jump_if(test, otherwise, false)?;
        let inner = if dest == Dest::Any { Dest::Push } else { dest };
        self.u.release(mark);
        self.expr(body, inner)?;
        self.u.goto(end);
        self.u.release(mark);
        self.u.place(otherwise);
        let dst = self.expr(orelse, inner)?;
        self.u.place(end);
        Ok(dst)
    }

    fn named_expr(&mut self, target: &'a Expr, value: &'a Expr, dest: Dest) -> Result<Reg> {
        let ExprKind::Name { id, .. } = &target.kind else {
            return Err(CompileError::syntax(
                target.span,
                "cannot use assignment expressions with this target",
            ));
        };
        self.check_assignable(id, target.span, false)?;
        let mark = self.u.mark();
        if let (Dest::Any, Where::Fast(reg)) = (dest, self.find(&self.mangled(id))) {
            // The variable's own register is the result.
            self.expr(value, Dest::Reg(reg))?;
            self.u.set_bound(reg);
            return Ok(reg);
        }
        let scratch = self.scratch(dest);
        self.expr(value, Dest::Reg(scratch))?;
        self.u.at(target.span);
        self.store_name(id, scratch);
        Ok(self.settle(dest, scratch, mark))
    }

    fn attribute(&mut self, e: &Expr, value: &'a Expr, attr: &str, dest: Dest) -> Result<Reg> {
        let mark = self.u.mark();
        let name = self.mangled(attr);
        if let Some(first) = self.super_operands(value, attr)? {
            let dst = self.finish_in(dest, mark);
            self.u.at(attribute_span(e));
            self.u.emit_name(Op::LoadSuperAttr, dst, first, &name);
            return Ok(dst);
        }
        let value = self.operand(value)?;
        let dst = self.finish_in(dest, mark);
        self.u.at(attribute_span(e));
        self.u.emit_name(Op::LoadAttr, dst, value, &name);
        Ok(dst)
    }

    fn subscript(&mut self, e: &Expr, value: &'a Expr, slice: &'a Expr, dest: Dest) -> Result<Reg> {
        self.check_subscripter(value);
        self.check_index(value, slice);
        let mark = self.u.mark();
        if let Some(n) = self.small_int(slice) {
            let value = self.operand(value)?;
            let dst = self.finish_in(dest, mark);
            self.u.emit(Op::GetItemInt, dst, value, n as u16);
            return Ok(dst);
        }
        let value = self.early_operand(value)?;
        if let ExprKind::Slice { lower, upper, step: None } = &slice.kind
            && self.fold(slice).is_none()
        {
            let first = self.slice_parts(lower.as_deref(), upper.as_deref())?;
            let dst = self.finish_in(dest, mark);
            self.u.emit(Op::GetSlice, dst, value, first);
            return Ok(dst);
        }
        let index = self.operand(slice)?;
        let dst = self.finish_in(dest, mark);
        self.u.at(e.span);
        self.u.emit(Op::GetItem, dst, value, index);
        Ok(dst)
    }

    /// Pushes the two bounds of a slice; the register of the first.
    pub(super) fn slice_parts(&mut self, lower: Option<&'a Expr>, upper: Option<&'a Expr>) -> Result<Reg> {
        let first = self.optional(lower)?;
        self.optional(upper)?;
        Ok(first)
    }

    /// Pushes an expression or None.
    pub(super) fn optional(&mut self, e: Option<&'a Expr>) -> Result<Reg> {
        match e {
            Some(e) => self.push(e),
            None => {
                let reg = self.u.temp();
                self.u.load_const(reg, Const::None);
                Ok(reg)
            }
        }
    }

    /// The value of an expression that is a small int constant.
    pub(super) fn small_int(&self, e: &Expr) -> Option<i16> {
        if !matches!(e.kind, ExprKind::Constant { .. } | ExprKind::UnaryOp { .. }) {
            return None;
        }
        match self.fold(e) {
            Some(Const::Int(n)) => i16::try_from(&n).ok(),
            _ => None,
        }
    }
}

/// The instruction of a binary operator.
pub(super) fn binary_op(op: Operator) -> Op {
    match op {
        Operator::Add => Op::Add,
        Operator::Sub => Op::Sub,
        Operator::Mult => Op::Mul,
        Operator::MatMult => Op::MatMul,
        Operator::Div => Op::TrueDiv,
        Operator::Mod => Op::Mod,
        Operator::Pow => Op::Pow,
        Operator::LShift => Op::LShift,
        Operator::RShift => Op::RShift,
        Operator::BitOr => Op::Or,
        Operator::BitXor => Op::Xor,
        Operator::BitAnd => Op::And,
        Operator::FloorDiv => Op::FloorDiv,
    }
}

/// The instruction of a binary operator with a small int on the right.
fn with_int(op: Operator) -> Option<Op> {
    Some(match op {
        Operator::Add => Op::AddInt,
        Operator::Sub => Op::SubInt,
        Operator::Mult => Op::MulInt,
        Operator::FloorDiv => Op::FloorDivInt,
        Operator::Mod => Op::ModInt,
        Operator::BitAnd => Op::AndInt,
        Operator::LShift => Op::LShiftInt,
        Operator::RShift => Op::RShiftInt,
        _ => return None,
    })
}

/// The instruction of a comparison.
pub(super) fn compare_op(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::Eq,
        CmpOp::NotEq => Op::Ne,
        CmpOp::Lt => Op::Lt,
        CmpOp::LtE => Op::Le,
        CmpOp::Gt => Op::Gt,
        CmpOp::GtE => Op::Ge,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::In,
        CmpOp::NotIn => Op::NotIn,
    }
}
