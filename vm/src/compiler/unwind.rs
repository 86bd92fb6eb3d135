//! Leaving blocks early: `return`, `break` and `continue` through `with`, `finally` and `except`.

use pystm_parser::ast::*;

use super::unit::{Block, OpenBlock, Reg, WithExit};
use super::{CompileError, Compiler, Result};
use crate::bytecode::Op;
use crate::bytecode::builder::{Handler, Label};

/// Blocks may nest this deep.
const MAX_BLOCKS: usize = 21;

/// What [`Compiler::unwind`] left, for [`Compiler::rewind`].
pub(super) struct Left<'a> {
    blocks: Vec<OpenBlock<'a>>,
    handler: Option<Handler>,
}

impl<'a> Compiler<'a> {
    /// Opens a block; `outer` is the handler that is active outside it.
    pub(super) fn open(&mut self, block: Block<'a>, outer: Option<Handler>, span: Span) -> Result<()> {
        if self.u.blocks.len() >= MAX_BLOCKS {
            return Err(CompileError::syntax(span, "too many statically nested blocks"));
        }
        self.u.blocks.push(OpenBlock { block, outer });
        Ok(())
    }

    /// Closes the innermost block.
    pub(super) fn close(&mut self) {
        if let Some(open) = self.u.blocks.pop() {
            self.u.builder.set_handler(open.outer);
        }
    }

    /// Emits what leaving the blocks from `depth` on needs. What follows runs outside them until
    /// [`Compiler::rewind`]. With `keep` the topmost temporary holds a value that must survive.
    pub(super) fn unwind(&mut self, depth: usize, keep: bool, span: Span) -> Result<Left<'a>> {
        let left = Left { blocks: self.u.blocks.clone(), handler: self.u.builder.handler() };
        while self.u.blocks.len() > depth {
            let Some(open) = self.u.blocks.pop() else { break };
            self.u.builder.set_handler(open.outer);
            match open.block {
                Block::Loop { .. } | Block::Try => {}
                Block::Finally { body } => {
                    if self.u.reachable() {
                        let mark = self.u.mark();
                        self.stmts(body)?;
                        self.u.release(mark);
                    }
                }
                Block::FinallyHandler { exc } => {
                    self.u.at(span);
                    self.u.emit(Op::PopExc, exc, 0, 0);
                }
                Block::Handler { exc, clause } => {
                    self.u.at(span);
                    self.u.emit(Op::PopExc, exc, 0, 0);
                    self.forget_exception(clause);
                }
                Block::StarHandler => {
                    let message = "'break', 'continue' and 'return' cannot appear in an except* block";
                    return Err(CompileError::syntax(span, message));
                }
                Block::With(exit) => self.call_exit(exit, keep),
            }
        }
        Ok(left)
    }

    /// Is inside the blocks again.
    pub(super) fn rewind(&mut self, left: Left<'a>) {
        self.u.blocks = left.blocks;
        self.u.builder.set_handler(left.handler);
    }

    /// Calls the exit method of a `with` block that is left without an exception.
    pub(super) fn call_exit(&mut self, exit: WithExit, keep: bool) {
        let before = self.u.at(exit.span);
        let mark = self.u.mark();
        let window: Reg = if keep {
            // The window of the block lies below what must be kept: call from a copy.
            let window = self.u.window();
            let receiver = self.u.temp();
            self.u.emit(Op::Move, window, exit.window, 0);
            self.u.emit(Op::Move, receiver, exit.window + 4, 0);
            window
        } else {
            self.u.release(u32::from(exit.window) + 5);
            exit.window
        };
        for _ in 0..3 {
            let reg = self.u.temp();
            self.u.emit(Op::LoadNone, reg, 0, 0);
        }
        self.u.emit(Op::CallMethod, window, 3, 0);
        if exit.is_async {
            self.await_in(window, 2);
        }
        self.u.release(mark);
        self.u.builder.set_position(before);
    }

    /// Where a body goes that is a lone `break` or `continue` with nothing to undo.
    pub(super) fn plain_exit(&self, body: &[Stmt]) -> Option<Label> {
        let [only] = body else { return None };
        match (&only.kind, self.u.blocks.last()?.block) {
            (StmtKind::Break, Block::Loop { end, .. }) => Some(end),
            (StmtKind::Continue, Block::Loop { next, .. }) => Some(next),
            _ => None,
        }
    }

    /// `break` and `continue`
    pub(super) fn leave_loop(&mut self, s: &Stmt, is_break: bool) -> Result<()> {
        let found = self.u.blocks.iter().rposition(|open| matches!(open.block, Block::Loop { .. }));
        let star = self.u.blocks.iter().rposition(|open| matches!(open.block, Block::StarHandler));
        if star.is_some() && star > found {
            let message = "'break', 'continue' and 'return' cannot appear in an except* block";
            return Err(CompileError::syntax(s.span, message));
        }
        let Some(depth) = found else {
            let message = if is_break { "'break' outside loop" } else { "'continue' not properly in loop" };
            return Err(CompileError::syntax(s.span, message));
        };
        let Block::Loop { end, next } = self.u.blocks[depth].block else { return Ok(()) };
        let left = self.unwind(depth + 1, false, s.span)?;
        self.u.at(s.span);
        self.u.goto(if is_break { end } else { next });
        self.rewind(left);
        Ok(())
    }
}
