//! Loops, tested at the bottom.

use pystm_parser::ast::*;

use super::unit::Block;
use super::{CompileError, Compiler, Result};
use crate::bytecode::Op;

impl<'a> Compiler<'a> {
    pub(super) fn while_loop(&mut self, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Result<()> {
        let (top, next, otherwise, end) = (self.u.label(), self.u.label(), self.u.label(), self.u.label());
        let handler = self.u.builder.handler();
        self.jump_if(test, otherwise, false)?;
        let entry = self.u.bound.clone();
        self.u.place_head(top, entry);
        self.open(Block::Loop { end, next }, handler, test.span)?;
        self.stmts(body)?;
        self.close();
        self.u.place(next);
        self.u.at(test.span);
        self.jump_if(test, top, true)?;
        self.u.place(otherwise);
        self.stmts(orelse)?;
        self.u.place(end);
        Ok(())
    }

    pub(super) fn for_loop(&mut self, f: &'a For) -> Result<()> {
        let (top, next, end) = (self.u.label(), self.u.label(), self.u.label());
        let handler = self.u.builder.handler();
        let state = self.u.temps(3);
        let inner = self.u.mark();
        let iterable = self.iterable(&f.iter)?;
        self.u.at(f.iter.span);
        self.u.emit(Op::GetIter, state, iterable, 0);
        self.u.release(inner);
        let entry = self.u.bound.clone();
        self.u.goto(next);
        self.u.place_head(top, entry);
        let item = self.loop_item(&f.target);
        self.store_loop_item(&f.target, item)?;
        self.u.release(inner);
        self.open(Block::Loop { end, next }, handler, f.iter.span)?;
        self.stmts(&f.body)?;
        self.close();
        self.u.place(next);
        let item = self.loop_item(&f.target);
        self.u.at(f.iter.span);
        self.u.jump(Op::ForIter, item, state, 0, top);
        self.u.release(inner);
        self.stmts(&f.orelse)?;
        self.u.place(end);
        Ok(())
    }

    pub(super) fn async_for(&mut self, s: &Stmt, f: &'a For) -> Result<()> {
        if !self.in_async() {
            return Err(CompileError::syntax(s.span, "'async for' outside async function"));
        }
        let (next, exhausted, end) = (self.u.label(), self.u.label(), self.u.label());
        let handler = self.u.builder.handler();
        let state = self.u.temps(3);
        let inner = self.u.mark();
        let iterable = self.operand(&f.iter)?;
        self.u.at(f.iter.span);
        self.u.emit(Op::GetAiter, state, iterable, 0);
        self.u.release(inner);
        let entry = self.u.bound.clone();
        self.u.place_head(next, entry.clone());
        let item = self.async_next(state, exhausted, f.iter.span);
        self.store(&f.target, item)?;
        self.open(Block::Loop { end, next }, handler, f.iter.span)?;
        self.stmts(&f.body)?;
        self.close();
        self.u.at(f.iter.span);
        self.u.goto(next);
        self.end_async_next(state, exhausted, entry, handler, f.iter.span);
        self.stmts(&f.orelse)?;
        self.u.place(end);
        Ok(())
    }
}
