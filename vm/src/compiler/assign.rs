//! Assignments and deletions.

use pystm_parser::ast::*;

use super::call::attribute_span;
use super::expr::{Dest, binary_op};
use super::names::Where;
use super::unit::Reg;
use super::{CompileError, Compiler, Result};
use crate::bytecode::Op;

impl<'a> Compiler<'a> {
    /// `targets = ... = value`
    pub(super) fn assign(&mut self, targets: &'a [Expr], value: &'a Expr) -> Result<()> {
        if let [target] = targets {
            return self.assign_one(target, value);
        }
        if let Some(constant) = self.fold(value) {
            // A constant is loaded into each variable; no register is shared.
            for target in targets {
                let mark = self.u.mark();
                self.u.at(value.span);
                match self.fast(target) {
                    Some(reg) => {
                        self.u.load_const(reg, constant.clone());
                        self.u.set_bound(reg);
                    }
                    None => {
                        let reg = self.u.temp();
                        self.u.load_const(reg, constant.clone());
                        self.store(target, reg)?;
                    }
                }
                self.u.release(mark);
            }
            return Ok(());
        }
        let mark = self.u.mark();
        let value = self.push(value)?;
        targets.iter().try_for_each(|target| self.store(target, value))?;
        self.u.release(mark);
        Ok(())
    }

    /// `target = value`
    pub(super) fn assign_one(&mut self, target: &'a Expr, value: &'a Expr) -> Result<()> {
        let mark = self.u.mark();
        if let Some(reg) = self.fast(target) {
            self.check_target(target)?;
            self.expr(value, Dest::Reg(reg))?;
            self.u.set_bound(reg);
        } else if let Some((targets, values)) = parallel(target, value) {
            self.assign_parallel(targets, values)?;
        } else {
            let value = self.early_operand(value)?;
            self.store(target, value)?;
        }
        self.u.release(mark);
        Ok(())
    }

    /// `a, b = x, y`: all values, then all targets, without a tuple.
    fn assign_parallel(&mut self, targets: &'a [Expr], values: &'a [Expr]) -> Result<()> {
        let mut regs = Vec::with_capacity(values.len());
        for (i, value) in values.iter().enumerate() {
            // A variable that an earlier target binds must be copied before.
            let overwritten = match &value.kind {
                ExprKind::Name { id, .. } => targets[..i].iter().any(|target| may_bind(target, id)),
                _ => false,
            };
            regs.push(if overwritten { self.push(value)? } else { self.early_operand(value)? });
        }
        targets.iter().zip(regs).try_for_each(|(target, reg)| self.store(target, reg))
    }

    /// The register of a target that is a plain local.
    fn fast(&self, target: &Expr) -> Option<Reg> {
        let ExprKind::Name { id, .. } = &target.kind else { return None };
        match self.find(&self.mangled(id)) {
            Where::Fast(reg) => Some(reg),
            _ => None,
        }
    }

    fn check_target(&self, target: &Expr) -> Result<()> {
        match &target.kind {
            ExprKind::Name { id, .. } => self.check_assignable(id, target.span, false),
            ExprKind::Attribute { attr, .. } => self.check_assignable(attr, target.span, false),
            _ => Ok(()),
        }
    }

    /// Stores a register in a target.
    pub(super) fn store(&mut self, target: &'a Expr, value: Reg) -> Result<()> {
        let before = self.u.at(target.span);
        let mark = self.u.mark();
        self.check_target(target)?;
        match &target.kind {
            ExprKind::Name { id, .. } => self.store_name(id, value),
            ExprKind::Attribute { value: object, attr, .. } => {
                self.note_static_attribute(object, attr);
                let object = self.operand(object)?;
                let name = self.mangled(attr);
                self.u.at(attribute_span(target));
                self.u.emit_name(Op::StoreAttr, object, value, &name);
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                let object = self.early_operand(object)?;
                match &slice.kind {
                    ExprKind::Slice { lower, upper, step: None } if self.fold(slice).is_none() => {
                        let first = self.slice_parts(lower.as_deref(), upper.as_deref())?;
                        self.u.emit(Op::SetSlice, object, first, value);
                    }
                    _ => {
                        let index = self.operand(slice)?;
                        self.u.emit(Op::SetItem, object, index, value);
                    }
                }
            }
            ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => {
                stacker::maybe_grow(96 * 1024, 1024 * 1024, || self.unpack(target, elts, value))?;
            }
            ExprKind::Starred { .. } => {
                let message = "starred assignment target must be in a list or tuple";
                return Err(CompileError::syntax(target.span, message));
            }
            _ => return Err(CompileError::syntax(target.span, "cannot assign to this expression")),
        }
        self.u.release(mark);
        self.u.builder.set_position(before);
        Ok(())
    }

    fn unpack(&mut self, target: &Expr, elts: &'a [Expr], value: Reg) -> Result<()> {
        let mut star = None;
        for (i, elt) in elts.iter().enumerate() {
            if !matches!(elt.kind, ExprKind::Starred { .. }) {
                continue;
            }
            if star.is_some() {
                return Err(CompileError::syntax(target.span, "multiple starred expressions in assignment"));
            }
            if i > 255 || elts.len() - i > 256 {
                return Err(CompileError::syntax(
                    target.span,
                    "too many expressions in star-unpacking assignment",
                ));
            }
            star = Some(i);
        }
        let count = elts.len() as u32;
        let operand = match star {
            Some(i) => i as u16 | ((elts.len() - i - 1) as u16) << 8,
            None => self.u.builder.fit(count),
        };
        let op = if star.is_some() { Op::UnpackEx } else { Op::UnpackSequence };
        if let Some(first) = self.consecutive(elts) {
            elts.iter().try_for_each(|elt| self.check_target(elt))?;
            self.u.emit(op, first, value, operand);
            (0..elts.len()).for_each(|i| self.u.set_bound(first + i as u16));
            return Ok(());
        }
        // At least one register, so that the operand names one.
        let first = self.u.temps(count.max(1));
        self.u.emit(op, first, value, operand);
        for (i, elt) in elts.iter().enumerate() {
            let item = match &elt.kind {
                ExprKind::Starred { value, .. } => value,
                _ => elt,
            };
            self.store(item, first.saturating_add(i as u16))?;
        }
        Ok(())
    }

    /// The first of the registers of targets that are locals in a row.
    fn consecutive(&self, elts: &[Expr]) -> Option<Reg> {
        let first = self.fast(elts.first()?)?;
        let in_row = elts.iter().enumerate().all(|(i, elt)| self.fast(elt) == first.checked_add(i as u16));
        in_row.then_some(first)
    }

    /// The register in which a loop delivers its items.
    pub(super) fn loop_item(&mut self, target: &Expr) -> Reg {
        match self.fast(target) {
            Some(reg) => reg,
            None => self.u.temp(),
        }
    }

    /// Brings a loop's item from [`Compiler::loop_item`] to its target.
    pub(super) fn store_loop_item(&mut self, target: &'a Expr, item: Reg) -> Result<()> {
        self.store(target, item)
    }

    /// `target op= value`
    pub(super) fn aug_assign(
        &mut self,
        s: &Stmt,
        target: &'a Expr,
        op: Operator,
        value: &'a Expr,
    ) -> Result<()> {
        let mark = self.u.mark();
        self.check_target(target)?;
        match &target.kind {
            ExprKind::Name { .. } => {
                let start = self.u.builder.here();
                let old = self.early_operand(target)?;
                let own = self.fast(target);
                let dst = own.unwrap_or(old);
                self.in_place(s, op, dst, old, value)?;
                self.u.at(target.span);
                self.store(target, dst)?;
                if own.is_none() {
                    self.note_update(start, value);
                }
            }
            ExprKind::Attribute { value: object, attr, .. } => {
                let name = self.mangled(attr);
                let object = self.early_operand(object)?;
                let old = self.u.temp();
                let start = self.u.builder.here();
                self.u.at(attribute_span(target));
                self.u.emit_name(Op::LoadAttr, old, object, &name);
                self.in_place(s, op, old, old, value)?;
                self.u.at(attribute_span(target));
                self.u.emit_name(Op::StoreAttr, object, old, &name);
                self.note_update(start, value);
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                let object = self.early_operand(object)?;
                if let ExprKind::Slice { lower, upper, step: None } = &slice.kind
                    && self.fold(slice).is_none()
                {
                    let first = self.slice_parts(lower.as_deref(), upper.as_deref())?;
                    let old = self.u.temp();
                    self.u.at(target.span);
                    self.u.emit(Op::GetSlice, old, object, first);
                    self.in_place(s, op, old, old, value)?;
                    self.u.at(target.span);
                    self.u.emit(Op::SetSlice, object, first, old);
                } else {
                    let index = self.early_operand(slice)?;
                    let old = self.u.temp();
                    let start = self.u.builder.here();
                    self.u.at(target.span);
                    self.u.emit(Op::GetItem, old, object, index);
                    self.in_place(s, op, old, old, value)?;
                    self.u.at(target.span);
                    self.u.emit(Op::SetItem, object, index, old);
                    self.note_update(start, value);
                }
            }
            _ => return Err(CompileError::syntax(target.span, "illegal target for augmented assignment")),
        }
        self.u.release(mark);
        Ok(())
    }

    /// Has the instructions from a word on begin anew if another thread comes between, as long as the operand does nothing
    /// that can be seen twice.
    fn note_update(&mut self, start: u32, operand: &Expr) {
        if is_quiet(operand) {
            self.u.builder.update_since(start);
        }
    }

    fn in_place(&mut self, s: &Stmt, op: Operator, dst: Reg, old: Reg, value: &'a Expr) -> Result<()> {
        let small = match op {
            Operator::Add => self.small_int(value).map(|n| (Op::IAddInt, n)),
            Operator::Sub => self.small_int(value).map(|n| (Op::ISubInt, n)),
            _ => None,
        };
        if let Some((op, n)) = small {
            self.u.at(s.span);
            self.u.emit(op, dst, old, n as u16);
            return Ok(());
        }
        let value = self.operand(value)?;
        self.u.at(s.span);
        self.u.emit(in_place_op(op), dst, old, value);
        Ok(())
    }

    /// `del target`
    pub(super) fn delete(&mut self, target: &'a Expr) -> Result<()> {
        let mark = self.u.mark();
        self.u.at(target.span);
        match &target.kind {
            ExprKind::Name { id, .. } => {
                self.check_assignable(id, target.span, true)?;
                self.delete_name(id);
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.check_assignable(attr, target.span, true)?;
                let object = self.operand(value)?;
                let name = self.mangled(attr);
                self.u.at(attribute_span(target));
                self.u.emit_name(Op::DeleteAttr, object, 0, &name);
            }
            ExprKind::Subscript { value, slice, .. } => {
                let object = self.early_operand(value)?;
                let index = self.operand(slice)?;
                self.u.emit(Op::DelItem, object, index, 0);
            }
            ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => {
                stacker::maybe_grow(96 * 1024, 1024 * 1024, || {
                    elts.iter().try_for_each(|elt| self.delete(elt))
                })?;
            }
            _ => return Err(CompileError::syntax(target.span, "cannot delete this expression")),
        }
        self.u.release(mark);
        Ok(())
    }

    /// `self.x = ...` in a method: the class lists `x` among its static attributes.
    fn note_static_attribute(&mut self, object: &Expr, attr: &str) {
        if !matches!(&object.kind, ExprKind::Name { id, .. } if &**id == "self") {
            return;
        }
        let table = self.table;
        let class =
            self.outer.iter_mut().rev().find(|u| table.get(u.scope).kind == super::scope::ScopeKind::Class);
        if let Some(class) = class
            && !class.static_attributes.iter().any(|known| &**known == attr)
        {
            class.static_attributes.push(attr.into());
        }
    }
}

/// The items of targets and values that can be paired off.
fn parallel<'a>(target: &'a Expr, value: &'a Expr) -> Option<(&'a [Expr], &'a [Expr])> {
    let (ExprKind::Tuple { elts: targets, .. } | ExprKind::List { elts: targets, .. }) = &target.kind else {
        return None;
    };
    let ExprKind::Tuple { elts: values, .. } = &value.kind else { return None };
    let starred = |e: &Expr| matches!(e.kind, ExprKind::Starred { .. });
    let fits = targets.len() == values.len() && values.len() <= 16;
    (fits && !targets.iter().chain(values).any(starred)).then_some((targets, values))
}

/// Whether storing in a target may bind this name.
fn may_bind(target: &Expr, name: &str) -> bool {
    match &target.kind {
        ExprKind::Name { id, .. } => &**id == name,
        ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => elts.iter().any(|e| may_bind(e, name)),
        ExprKind::Starred { value, .. } => may_bind(value, name),
        // Assignment expressions in here are the business of `early_operand`.
        _ => false,
    }
}

fn in_place_op(op: Operator) -> Op {
    match binary_op(op) {
        Op::Add => Op::IAdd,
        Op::Sub => Op::ISub,
        Op::Mul => Op::IMul,
        Op::TrueDiv => Op::ITrueDiv,
        Op::FloorDiv => Op::IFloorDiv,
        Op::Mod => Op::IMod,
        Op::Pow => Op::IPow,
        Op::MatMul => Op::IMatMul,
        Op::LShift => Op::ILShift,
        Op::RShift => Op::IRShift,
        Op::And => Op::IAnd,
        Op::Or => Op::IOr,
        _ => Op::IXor,
    }
}

/// Whether the expression calls nothing in plain sight, so that computing it twice makes no difference unless one of its parts
/// runs Python code after all, which is found out when it happens.
fn is_quiet(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Constant { .. } | ExprKind::Name { .. } => true,
        ExprKind::Attribute { value, .. } | ExprKind::UnaryOp { operand: value, .. } => is_quiet(value),
        ExprKind::Subscript { value, slice, .. } => is_quiet(value) && is_quiet(slice),
        ExprKind::BinOp { left, right, .. } => is_quiet(left) && is_quiet(right),
        _ => false,
    }
}
