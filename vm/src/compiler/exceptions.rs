//! `try`, `except` and `finally`.

use pystm_parser::ast::*;

use super::flow::Bound;
use super::unit::{Block, Reg};
use super::{CompileError, Compiler, Result};
use crate::bytecode::Op;
use crate::bytecode::builder::Label;

impl<'a> Compiler<'a> {
    pub(super) fn try_stmt(&mut self, t: &'a Try, star: bool) -> Result<()> {
        if t.finalbody.is_empty() {
            return self.try_body(t, star);
        }
        let span = t.body.first().map(|s| s.span).unwrap_or_default();
        let outer = self.u.builder.handler();
        let exc = self.u.temps(2);
        let (failed, broken, end) = (self.u.label(), self.u.label(), self.u.label());
        let handler = self.u.builder.new_handler(failed, exc);
        let entry = self.u.bound.clone();
        self.open(Block::Finally { body: &t.finalbody }, outer, span)?;
        self.u.builder.set_handler(Some(handler));
        let before = self.u.builder.here();
        self.try_body(t, star)?;
        let entry = if self.u.builder.here() == before { None } else { entry };
        self.close();
        self.stmts(&t.finalbody)?;
        self.u.goto(end);

        self.u.place_handler(failed, entry.clone());
        self.u.at(span);
        self.u.emit(Op::PushExc, exc, 0, 0);
        let cleanup = self.u.builder.new_handler(broken, exc);
        self.open(Block::FinallyHandler { exc }, outer, span)?;
        self.u.builder.set_handler(Some(cleanup));
        self.stmts(&t.finalbody)?;
        self.u.emit(Op::Reraise, exc, 0, 0);
        self.close();
        self.end_handler(broken, entry, exc);
        self.u.place(end);
        Ok(())
    }

    fn try_body(&mut self, t: &'a Try, star: bool) -> Result<()> {
        if t.handlers.is_empty() {
            self.stmts(&t.body)?;
            return self.stmts(&t.orelse);
        }
        let span = t.body.first().map(|s| s.span).unwrap_or_default();
        let outer = self.u.builder.handler();
        let exc = self.u.temps(2);
        let (failed, broken, end) = (self.u.label(), self.u.label(), self.u.label());
        let handler = self.u.builder.new_handler(failed, exc);
        let entry = self.u.bound.clone();
        self.open(Block::Try, outer, span)?;
        self.u.builder.set_handler(Some(handler));
        let before = self.u.builder.here();
        self.stmts(&t.body)?;
        let entry = if self.u.builder.here() == before { None } else { entry };
        self.close();
        self.stmts(&t.orelse)?;
        self.u.goto(end);

        self.u.place_handler(failed, entry.clone());
        self.u.at(t.handlers.first().map(|h| h.span).unwrap_or_default());
        self.u.emit(Op::PushExc, exc, 0, 0);
        let cleanup = self.u.builder.new_handler(broken, exc);
        self.u.builder.set_handler(Some(cleanup));
        if star {
            self.star_clauses(&t.handlers, exc, outer, end)?;
        } else {
            for (i, clause) in t.handlers.iter().enumerate() {
                if clause.type_.is_none() && i + 1 < t.handlers.len() {
                    return Err(CompileError::syntax(clause.span, "default 'except:' must be last"));
                }
                self.clause(clause, exc, outer, end)?;
                self.u.builder.set_handler(Some(cleanup));
            }
            self.u.emit(Op::Reraise, exc, 0, 0);
        }
        self.u.builder.set_handler(outer);
        self.end_handler(broken, entry, exc);
        self.u.place(end);
        Ok(())
    }

    /// An `except` clause; the handler for exceptions in it is active.
    fn clause(
        &mut self,
        clause: &'a ExceptHandler,
        exc: Reg,
        outer: Option<crate::bytecode::builder::Handler>,
        end: Label,
    ) -> Result<()> {
        let cleanup = self.u.builder.handler();
        let next = self.u.label();
        if let Some(type_) = &clause.type_ {
            let mark = self.u.mark();
            let wanted = self.operand(type_)?;
            self.u.at(type_.span);
            let matches = self.u.temp();
            self.u.emit(Op::ExcMatch, matches, exc, wanted);
            self.u.jump(Op::JumpIfFalse, matches, 0, 0, next);
            self.u.release(mark);
        }
        let named = self.u.label();
        let mut entry = None;
        if let Some(name) = &clause.name {
            self.u.at(clause.span);
            self.check_assignable(name, clause.span, false)?;
            self.store_name(name, exc);
            entry = self.u.bound.clone();
            let handler = self.u.builder.new_handler(named, exc);
            self.u.builder.set_handler(Some(handler));
        }
        self.open(Block::Handler { exc, clause }, outer, clause.span)?;
        let before = self.u.builder.here();
        self.stmts(&clause.body)?;
        let entry = if self.u.builder.here() == before { None } else { entry };
        self.close();
        self.u.emit(Op::PopExc, exc, 0, 0);
        self.forget_exception(clause);
        self.u.goto(end);
        if clause.name.is_some() {
            self.u.builder.set_handler(cleanup);
            self.u.place_handler(named, entry);
            self.u.at(clause.span);
            self.forget_exception(clause);
            self.u.emit(Op::Reraise, exc, 0, 0);
        }
        self.u.place(next);
        Ok(())
    }

    /// `name = None; del name` at the end of `except ... as name`.
    pub(super) fn forget_exception(&mut self, clause: &ExceptHandler) {
        let Some(name) = &clause.name else { return };
        let name = self.mangled(name);
        if let super::names::Where::Fast(reg) = self.find(&name) {
            self.u.emit(Op::Unset, reg, 0, 0);
            self.u.set_unbound(reg);
            return;
        }
        let mark = self.u.mark();
        let none = self.u.temp();
        self.u.emit(Op::LoadNone, none, 0, 0);
        self.store_mangled(&name, none);
        self.u.release(mark);
        self.delete_name(&name);
    }

    /// The way out of a handler for an exception that is raised in it.
    pub(super) fn end_handler(&mut self, broken: Label, entry: Option<Bound>, exc: Reg) {
        self.u.place_handler(broken, entry);
        self.u.emit(Op::PopExc, exc, 0, 0);
        self.u.emit(Op::Reraise, exc, 0, 0);
    }
}
