//! `yield`, `yield from`, `await` and asynchronous iteration.

use pystm_parser::ast::*;

use super::expr::Dest;
use super::flow::Bound;
use super::unit::Reg;
use super::{CompileError, Compiler, Result};
use crate::bytecode::builder::{Handler, Label};
use crate::bytecode::{CodeFlags, Intrinsic, Op};

impl<'a> Compiler<'a> {
    /// Suspends with a value: `dst` gets what is sent.
    pub(super) fn yield_value(&mut self, dst: Reg, value: Reg) {
        let mut value = value;
        if self.u.has_flag(CodeFlags::ASYNC_GENERATOR) {
            self.u.emit(Op::Intrinsic, dst, value, Intrinsic::AsyncGenWrap as u16);
            value = dst;
        }
        let used = self.u.mark() as u16;
        self.u.emit(Op::Yield, dst, value, used);
    }

    pub(super) fn yield_expr(&mut self, e: &Expr, value: Option<&'a Expr>, dest: Dest) -> Result<Reg> {
        if !self.table.get(self.u.scope).kind.function_like() {
            return Err(CompileError::syntax(e.span, "'yield' outside function"));
        }
        let mark = self.u.mark();
        let value = match value {
            Some(value) => self.operand(value)?,
            None => self.optional(None)?,
        };
        self.u.release(mark);
        self.u.at(e.span);
        if !self.u.has_flag(CodeFlags::ASYNC_GENERATOR) {
            let dst = self.target(dest);
            self.yield_value(dst, value);
            return Ok(dst);
        }
        let dst = self.scratch(dest);
        self.yield_value(dst, value);
        Ok(self.settle(dest, dst, mark))
    }

    pub(super) fn yield_from(&mut self, e: &Expr, value: &'a Expr, dest: Dest) -> Result<Reg> {
        if !self.table.get(self.u.scope).kind.function_like() {
            return Err(CompileError::syntax(e.span, "'yield from' outside function"));
        }
        if self.table.get(self.u.scope).is_async_def {
            return Err(CompileError::syntax(e.span, "'yield from' inside async function"));
        }
        let mark = self.u.mark();
        let result = self.u.temp();
        let iterator = self.u.temp();
        let inner = self.u.mark();
        let value = self.operand(value)?;
        self.u.release(inner);
        self.u.at(e.span);
        self.u.emit(Op::YieldFromIter, iterator, value, 0);
        self.delegate(result, iterator);
        Ok(self.settle(dest, result, mark))
    }

    pub(super) fn await_expr(&mut self, e: &Expr, value: &'a Expr, dest: Dest) -> Result<Reg> {
        let mark = self.u.mark();
        let result = self.push(value)?;
        self.u.at(e.span);
        self.await_in(result, 0);
        Ok(self.settle(dest, result, mark))
    }

    /// Awaits the awaitable in the temporary `reg`, which gets the result. `kind` is that of `GetAwaitable`.
    pub(super) fn await_in(&mut self, reg: Reg, kind: u16) {
        let mark = self.u.mark();
        let iterator = self.u.temp();
        self.u.emit(Op::GetAwaitable, iterator, reg, kind);
        self.delegate(reg, iterator);
        self.u.release(mark);
    }

    /// Runs an iterator to its end, passing on what it yields; `result` gets its value.
    fn delegate(&mut self, result: Reg, iterator: Reg) {
        self.u.emit(Op::LoadNone, result, 0, 0);
        let (again, done) = (self.u.label(), self.u.label());
        let state = self.u.bound.clone();
        self.u.builder.place(again);
        self.u.jump(Op::Send, result, iterator, 0, done);
        let used = self.u.mark().max(u32::from(iterator) + 1) as u16;
        self.u.emit(Op::YieldDelegated, result, result, used);
        self.u.goto(again);
        self.u.place(done);
        self.u.bound = state;
    }

    /// Gets the next item of the asynchronous iterator in `state` into `state + 1`; at its end control goes to
    /// `exhausted`. [`Compiler::end_async_next`] must follow the loop.
    pub(super) fn async_next(&mut self, state: Reg, exhausted: Label, span: Span) -> Reg {
        self.u.at(span);
        let item = state + 1;
        let outer = self.u.builder.handler();
        let handler = self.u.builder.new_handler(exhausted, item);
        self.u.builder.set_handler(Some(handler));
        self.u.emit(Op::GetAnext, state + 2, state, 0);
        self.delegate(item, state + 2);
        self.u.builder.set_handler(outer);
        item
    }

    /// Where an asynchronous iteration ends.
    pub(super) fn end_async_next(
        &mut self,
        state: Reg,
        exhausted: Label,
        entry: Option<Bound>,
        outer: Option<Handler>,
        span: Span,
    ) {
        self.u.builder.set_handler(outer);
        self.u.place_handler(exhausted, entry);
        self.u.at(span);
        self.u.emit(Op::EndAsyncFor, state + 1, 0, 0);
    }
}
