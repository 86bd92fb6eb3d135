//! Displays: tuples, lists, sets and dicts.

use pystm_parser::ast::*;

use super::expr::Dest;
use super::unit::Reg;
use super::{Compiler, Result};
use crate::bytecode::{Const, Op};

/// Displays with more items are built step by step, so that they need few registers.
const MAX_ITEMS: usize = 30;

fn starred(elts: &[Expr]) -> bool {
    elts.iter().any(|e| matches!(e.kind, ExprKind::Starred { .. }))
}

impl<'a> Compiler<'a> {
    pub(super) fn tuple(&mut self, elts: &'a [Expr], dest: Dest) -> Result<Reg> {
        let mark = self.u.mark();
        if starred(elts) || elts.len() > MAX_ITEMS {
            let list = self.u.temp();
            self.elements_to(elts, list, true)?;
            let dst = self.finish_in(dest, mark);
            self.u.emit(Op::ListToTuple, dst, list, 0);
            return Ok(dst);
        }
        self.build(Op::BuildTuple, elts, dest)
    }

    pub(super) fn list(&mut self, e: &Expr, elts: &'a [Expr], dest: Dest) -> Result<Reg> {
        self.display(e, Op::BuildList, elts, dest)
    }

    pub(super) fn set(&mut self, e: &Expr, elts: &'a [Expr], dest: Dest) -> Result<Reg> {
        self.display(e, Op::BuildSet, elts, dest)
    }

    fn display(&mut self, e: &Expr, build: Op, elts: &'a [Expr], dest: Dest) -> Result<Reg> {
        let constants = if elts.len() >= 3 { self.fold_all(elts) } else { None };
        if constants.is_none() && !starred(elts) && elts.len() <= MAX_ITEMS {
            return self.build(build, elts, dest);
        }
        let mark = self.u.mark();
        let dst = self.scratch(dest);
        let is_list = build == Op::BuildList;
        if let Some(items) = constants {
            let inner = self.u.mark();
            self.u.emit(build, dst, dst, 0);
            let reg = self.u.temp();
            let value = if is_list { Const::Tuple(items) } else { Const::FrozenSet(items) };
            self.u.load_const(reg, value);
            self.u.emit(if is_list { Op::ListExtend } else { Op::SetUpdate }, dst, reg, 0);
            self.u.release(inner);
        } else {
            self.elements_to(elts, dst, is_list)?;
        }
        self.u.at(e.span);
        Ok(self.settle(dest, dst, mark))
    }

    fn build(&mut self, op: Op, elts: &'a [Expr], dest: Dest) -> Result<Reg> {
        let mark = self.u.mark();
        for elt in elts {
            self.push(elt)?;
        }
        let first = self.u.builder.fit(mark);
        let dst = self.finish_in(dest, mark);
        // An empty display has no first item: any register will do.
        self.u.emit(op, dst, if elts.is_empty() { dst } else { first }, elts.len() as u16);
        Ok(dst)
    }

    /// Makes a list or set of the items in the temporary `dst`, step by step.
    pub(super) fn elements_to(&mut self, elts: &'a [Expr], dst: Reg, is_list: bool) -> Result<()> {
        let build = if is_list { Op::BuildList } else { Op::BuildSet };
        let plain =
            elts.iter().take_while(|e| !matches!(e.kind, ExprKind::Starred { .. })).count().min(MAX_ITEMS);
        let (first, rest) = elts.split_at(plain);
        let mark = self.u.mark();
        for elt in first {
            self.push(elt)?;
        }
        let start = self.u.builder.fit(mark);
        self.u.emit(build, dst, if first.is_empty() { dst } else { start }, first.len() as u16);
        self.u.release(mark);
        self.append_elements(rest, dst, is_list)
    }

    /// Adds items to the list or set in `dst` one by one.
    pub(super) fn append_elements(&mut self, elts: &'a [Expr], dst: Reg, is_list: bool) -> Result<()> {
        let (append, extend) =
            if is_list { (Op::ListAppend, Op::ListExtend) } else { (Op::SetAdd, Op::SetUpdate) };
        let mark = self.u.mark();
        for elt in elts {
            let (op, value) = match &elt.kind {
                ExprKind::Starred { value, .. } => (extend, self.operand(value)?),
                _ => (append, self.operand(elt)?),
            };
            self.u.emit(op, dst, value, 0);
            self.u.release(mark);
        }
        Ok(())
    }

    pub(super) fn dict(
        &mut self,
        e: &Expr,
        keys: &'a [Option<Expr>],
        values: &'a [Expr],
        dest: Dest,
    ) -> Result<Reg> {
        let mark = self.u.mark();
        let pair_limit = MAX_ITEMS / 2;
        let plain = keys.iter().take_while(|k| k.is_some()).count().min(pair_limit);
        let simple = plain == keys.len();
        let dst = if simple { 0 } else { self.scratch(dest) };
        let inner = self.u.mark();
        for (key, value) in keys.iter().flatten().zip(values).take(plain) {
            self.push(key)?;
            self.push(value)?;
        }
        let first = self.u.builder.fit(inner);
        self.u.release(inner);
        if simple {
            let dst = self.finish_in(dest, mark);
            self.u.emit(Op::BuildMap, dst, if plain == 0 { dst } else { first }, plain as u16);
            return Ok(dst);
        }
        self.u.emit(Op::BuildMap, dst, if plain == 0 { dst } else { first }, plain as u16);
        for (key, value) in keys.iter().zip(values).skip(plain) {
            match key {
                Some(key) => {
                    let key = self.early_operand(key)?;
                    let value = self.operand(value)?;
                    self.u.emit(Op::MapAdd, dst, key, value);
                }
                None => {
                    let mapping = self.operand(value)?;
                    self.u.emit(Op::DictUpdate, dst, mapping, 0);
                }
            }
            self.u.release(inner);
        }
        self.u.at(e.span);
        Ok(self.settle(dest, dst, mark))
    }
}
