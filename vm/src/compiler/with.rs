//! `with` and `async with`.

use pystm_parser::ast::*;

use super::unit::{Block, WithExit};
use super::{CompileError, Compiler, Result};
use crate::bytecode::Op;

impl<'a> Compiler<'a> {
    /// Registers: the exception and the one handled before, the window of the exit method, the body's own.
    pub(super) fn with(
        &mut self,
        s: &Stmt,
        items: &'a [WithItem],
        body: &'a [Stmt],
        is_async: bool,
    ) -> Result<()> {
        if is_async && !self.in_async() {
            return Err(CompileError::syntax(s.span, "'async with' outside async function"));
        }
        let Some((item, rest)) = items.split_first() else { return self.stmts(body) };
        let span = item.context_expr.span;
        let offset = if is_async { 2 } else { 0 };
        let outer = self.u.builder.handler();
        let exc = self.u.temps(2);
        let window = self.u.window();
        self.u.temp();
        let exit = WithExit { window, span, is_async };
        let inner = self.u.mark();
        let manager = self.operand(&item.context_expr)?;
        self.u.at(span);
        self.u.emit(Op::LoadSpecial, window, manager, offset + 1);
        self.u.release(inner);
        let enter = self.u.window();
        self.u.temp();
        self.u.emit(Op::LoadSpecial, enter, manager, offset);
        self.u.emit(Op::CallMethod, enter, 0, 0);
        if is_async {
            self.u.release(inner + 1);
            self.await_in(enter, 1);
        }

        let (failed, broken, suppressed, end) =
            (self.u.label(), self.u.label(), self.u.label(), self.u.label());
        let handler = self.u.builder.new_handler(failed, exc);
        let entry = self.u.bound.clone();
        self.open(Block::With(exit), outer, s.span)?;
        self.u.builder.set_handler(Some(handler));
        let before = self.u.builder.here();
        self.u.release(inner + 1);
        if let Some(vars) = &item.optional_vars {
            self.store(vars, enter)?;
        }
        self.u.release(inner);
        self.with_rest(s, rest, body, is_async)?;
        self.u.release(inner);
        let entry = if self.u.builder.here() == before { None } else { entry };
        self.close();
        self.u.at(span);
        self.call_exit(exit, false);
        self.u.goto(end);

        self.u.place_handler(failed, entry.clone());
        self.u.at(span);
        self.u.emit(Op::PushExc, exc, 0, 0);
        let cleanup = self.u.builder.new_handler(broken, exc);
        self.u.builder.set_handler(Some(cleanup));
        let triple = self.u.temps(3);
        self.u.emit(Op::ExcTriple, triple, exc, 0);
        self.u.emit(Op::CallMethod, window, 3, 0);
        if is_async {
            self.await_in(window, 2);
        }
        self.u.jump(Op::JumpIfTrue, window, 0, 0, suppressed);
        self.u.emit(Op::Reraise, exc, 0, 0);
        self.u.place(suppressed);
        self.u.builder.set_handler(outer);
        self.u.emit(Op::PopExc, exc, 0, 0);
        self.u.goto(end);
        self.end_handler(broken, entry, exc);
        self.u.place(end);
        Ok(())
    }

    fn with_rest(&mut self, s: &Stmt, rest: &'a [WithItem], body: &'a [Stmt], is_async: bool) -> Result<()> {
        if rest.is_empty() { self.stmts(body) } else { self.with(s, rest, body, is_async) }
    }
}
