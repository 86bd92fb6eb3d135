//! Conditions: jumps on the truth of an expression without making a bool of it.

use pystm_parser::ast::*;

use super::fold::truth;
use super::{Compiler, Result};
use crate::bytecode::Op;
use crate::bytecode::builder::Label;

impl<'a> Compiler<'a> {
    /// Goes to `target` if the truth of `e` is `when`, else falls through.
    pub(super) fn jump_if(&mut self, e: &'a Expr, target: Label, when: bool) -> Result<()> {
        stacker::maybe_grow(96 * 1024, 1024 * 1024, || {
            let before = self.u.at(e.span);
            let mark = self.u.mark();
            self.jump_if_inner(e, target, when)?;
            self.u.release(mark);
            self.u.builder.set_position(before);
            Ok(())
        })
    }

    fn jump_if_inner(&mut self, e: &'a Expr, target: Label, when: bool) -> Result<()> {
        if let Some(value) = self.fold(e) {
            if truth(&value) == when {
                self.u.goto(target);
            }
            return Ok(());
        }
        match &e.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => self.jump_if(operand, target, !when),
            ExprKind::BoolOp { op, values } => {
                // `or` is decided by the first true value, `and` by the first false one.
                let deciding = *op == BoolOp::Or;
                let Some((last, firsts)) = values.split_last() else { return Ok(()) };
                if deciding == when {
                    values.iter().try_for_each(|value| self.jump_if(value, target, when))
                } else {
                    let end = self.u.label();
                    firsts.iter().try_for_each(|value| self.jump_if(value, end, deciding))?;
                    self.jump_if(last, target, when)?;
                    self.u.place(end);
                    Ok(())
                }
            }
            ExprKind::IfExp { test, body, orelse } => {
                let (otherwise, end) = (self.u.label(), self.u.label());
                self.jump_if(test, otherwise, false)?;
                self.jump_if(body, target, when)?;
                self.u.goto(end);
                self.u.place(otherwise);
                self.jump_if(orelse, target, when)?;
                self.u.place(end);
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.check_compare(e, left, ops, comparators);
                self.jump_if_compare(left, ops, comparators, target, when)
            }
            _ => {
                let value = self.operand(e)?;
                let op = if when { Op::JumpIfTrue } else { Op::JumpIfFalse };
                self.u.jump(op, value, 0, 0, target);
                Ok(())
            }
        }
    }

    fn jump_if_compare(
        &mut self,
        left: &'a Expr,
        ops: &[CmpOp],
        comparators: &'a [Expr],
        target: Label,
        when: bool,
    ) -> Result<()> {
        let (Some((last_op, ops)), Some((last, middle))) = (ops.split_last(), comparators.split_last())
        else {
            return Ok(());
        };
        let end = self.u.label();
        let on_false = if when { end } else { target };
        let position = self.u.builder.position();
        let mut left_reg = None;
        for (op, right) in ops.iter().zip(middle) {
            let left_value = match left_reg {
                Some(reg) => reg,
                None => self.early_operand(left)?,
            };
            let right = self.compare_operand(*op, right, true)?;
            self.u.builder.set_position(position);
            self.compare_jump(*op, left_value, right, on_false, false);
            left_reg = Some(right);
        }
        if let Some(n) = self.small_int(last)
            && let Some(jump) = int_jump(*last_op, when)
        {
            let left = match left_reg {
                Some(reg) => reg,
                None => self.operand(left)?,
            };
            self.u.builder.set_position(position);
            self.u.jump(jump, left, 0, n as u16, target);
        } else if let (CmpOp::Is | CmpOp::IsNot, ExprKind::Constant { value: Constant::None, .. }) =
            (last_op, &last.kind)
        {
            let left = match left_reg {
                Some(reg) => reg,
                None => self.operand(left)?,
            };
            let op = if (*last_op == CmpOp::Is) == when { Op::JumpIfNone } else { Op::JumpIfNotNone };
            self.u.jump(op, left, 0, 0, target);
        } else {
            let left = match left_reg {
                Some(reg) => reg,
                None => self.early_operand(left)?,
            };
            let right = self.compare_operand(*last_op, last, false)?;
            self.u.builder.set_position(position);
            self.compare_jump(*last_op, left, right, target, when);
        }
        self.u.place(end);
        Ok(())
    }

    fn compare_jump(&mut self, op: CmpOp, left: u16, right: u16, target: Label, when: bool) {
        let jump = match (op, when) {
            (CmpOp::Lt, true) => Op::JumpIfLt,
            (CmpOp::LtE, true) => Op::JumpIfLe,
            (CmpOp::Eq, true) => Op::JumpIfEq,
            (CmpOp::NotEq, true) => Op::JumpIfNe,
            (CmpOp::Gt, true) => Op::JumpIfGt,
            (CmpOp::GtE, true) => Op::JumpIfGe,
            (CmpOp::Lt, false) => Op::JumpUnlessLt,
            (CmpOp::LtE, false) => Op::JumpUnlessLe,
            (CmpOp::Eq, false) => Op::JumpUnlessEq,
            (CmpOp::NotEq, false) => Op::JumpUnlessNe,
            (CmpOp::Gt, false) => Op::JumpUnlessGt,
            (CmpOp::GtE, false) => Op::JumpUnlessGe,
            (CmpOp::Is, true) | (CmpOp::IsNot, false) => Op::JumpIfIs,
            (CmpOp::IsNot, true) | (CmpOp::Is, false) => Op::JumpIfIsNot,
            (CmpOp::In, true) | (CmpOp::NotIn, false) => Op::JumpIfIn,
            (CmpOp::NotIn, true) | (CmpOp::In, false) => Op::JumpIfNotIn,
        };
        self.u.jump(jump, left, right, 0, target);
    }
}

/// The fused jump for a comparison with a small int.
fn int_jump(op: CmpOp, when: bool) -> Option<Op> {
    Some(match (op, when) {
        (CmpOp::Lt, true) => Op::JumpIfLtInt,
        (CmpOp::LtE, true) => Op::JumpIfLeInt,
        (CmpOp::Eq, true) => Op::JumpIfEqInt,
        (CmpOp::NotEq, true) => Op::JumpIfNeInt,
        (CmpOp::Gt, true) => Op::JumpIfGtInt,
        (CmpOp::GtE, true) => Op::JumpIfGeInt,
        (CmpOp::Lt, false) => Op::JumpUnlessLtInt,
        (CmpOp::LtE, false) => Op::JumpUnlessLeInt,
        (CmpOp::Eq, false) => Op::JumpUnlessEqInt,
        (CmpOp::NotEq, false) => Op::JumpUnlessNeInt,
        (CmpOp::Gt, false) => Op::JumpUnlessGtInt,
        (CmpOp::GtE, false) => Op::JumpUnlessGeInt,
        _ => return None,
    })
}
