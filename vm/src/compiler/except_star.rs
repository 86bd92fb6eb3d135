//! The clauses of `except*`.

use pystm_parser::ast::*;

use super::unit::{Block, Reg};
use super::{CompileError, Compiler, Result};
use crate::bytecode::builder::{Handler, Label};
use crate::bytecode::{Intrinsic, Op};

impl<'a> Compiler<'a> {
    /// All clauses run; what they raise and what they leave over is raised again together. The handler for
    /// exceptions in the clauses' types is active; `exc` holds the exception.
    pub(super) fn star_clauses(
        &mut self,
        clauses: &'a [ExceptHandler],
        exc: Reg,
        outer: Option<Handler>,
        end: Label,
    ) -> Result<()> {
        let cleanup = self.u.builder.handler();
        let original = self.u.temp();
        let raised = self.u.temp();
        let rest = self.u.temp();
        self.u.emit(Op::Move, original, exc, 0);
        self.u.emit(Op::BuildList, raised, raised, 0);
        self.u.emit(Op::Move, rest, exc, 0);
        for clause in clauses {
            let Some(type_) = &clause.type_ else {
                return Err(CompileError::syntax(clause.span, "expected one or more exception types"));
            };
            let mark = self.u.mark();
            let matched = self.u.temps(2);
            let inner = self.u.mark();
            let wanted = self.operand(type_)?;
            self.u.at(type_.span);
            self.u.emit(Op::ExcGroupMatch, matched, rest, wanted);
            self.u.release(inner);
            self.u.emit(Op::Move, rest, matched + 1, 0);
            let (failed, next) = (self.u.label(), self.u.label());
            self.u.jump(Op::JumpIfNone, matched, 0, 0, next);
            // Inside the clause the matching part is the handled exception.
            self.u.emit(Op::PushExc, matched, 0, 0);
            let handler = self.u.builder.new_handler(failed, matched);
            let entry = self.u.bound.clone();
            self.u.builder.set_handler(Some(handler));
            if let Some(name) = &clause.name {
                self.u.at(clause.span);
                self.check_assignable(name, clause.span, false)?;
                self.store_name(name, matched);
            }
            self.open(Block::StarHandler, cleanup, clause.span)?;
            let before = self.u.builder.here();
            self.stmts(&clause.body)?;
            let empty = self.u.builder.here() == before && clause.name.is_none();
            self.close();
            self.u.emit(Op::PopExc, matched, 0, 0);
            self.forget_exception(clause);
            self.u.goto(next);
            self.u.place_handler(failed, if empty { None } else { entry });
            self.u.at(clause.span);
            self.u.emit(Op::PopExc, matched, 0, 0);
            self.u.emit(Op::ListAppend, raised, matched, 0);
            self.forget_exception(clause);
            self.u.place(next);
            self.u.release(mark);
        }
        let complete = self.u.label();
        self.u.jump(Op::JumpIfNone, rest, 0, 0, complete);
        self.u.emit(Op::ListAppend, raised, rest, 0);
        self.u.place(complete);
        self.u.emit(Op::Intrinsic, rest, original, Intrinsic::PrepReraiseStar as u16);
        self.u.builder.set_handler(outer);
        self.u.emit(Op::PopExc, exc, 0, 0);
        self.u.jump(Op::JumpIfNone, rest, 0, 0, end);
        self.u.emit(Op::Reraise, rest, 0, 0);
        Ok(())
    }
}
