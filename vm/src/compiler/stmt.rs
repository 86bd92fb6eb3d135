//! Statements and the bodies of modules.

use pystm_parser::ast::*;

use super::unit::Block;
use super::{CompileError, Compiler, Result};
use crate::bytecode::{CodeFlags, Intrinsic, NO_REG, Op};

impl<'a> Compiler<'a> {
    /// The whole program.
    pub(super) fn module(&mut self, module: &'a Mod) -> Result<()> {
        self.prologue();
        match module {
            Mod::Module { body } => {
                let first = body.first().map(|s| s.span).unwrap_or_default();
                self.u.at(Span { end_line: first.line, end_col: first.col, ..first });
                self.check_finally(body);
                self.module_annotations(body)?;
                let body = match docstring(body) {
                    Some((text, span)) if self.optimize < 2 => {
                        self.u.at(span);
                        let reg = self.u.temp();
                        self.u.load_const(reg, clean_doc(text));
                        self.store_name("__doc__", reg);
                        self.u.release(u32::from(reg));
                        &body[1..]
                    }
                    _ => &body[..],
                };
                self.stmts(body)?;
                self.u.emit(Op::ReturnNone, 0, 0, 0);
            }
            Mod::Interactive { body } => {
                self.check_finally(body);
                self.module_annotations(body)?;
                self.stmts(body)?;
                self.u.emit(Op::ReturnNone, 0, 0, 0);
            }
            Mod::Expression { body } => {
                let value = self.operand(body)?;
                self.u.at(body.span);
                self.u.emit(Op::Return, value, 0, 0);
            }
        }
        Ok(())
    }

    pub(super) fn stmts(&mut self, body: &'a [Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn stmt(&mut self, s: &'a Stmt) -> Result<()> {
        stacker::maybe_grow(128 * 1024, 1024 * 1024, || {
            self.u.at(s.span);
            let mark = self.u.mark();
            self.stmt_inner(s)?;
            self.u.release(mark);
            Ok(())
        })
    }

    fn stmt_inner(&mut self, s: &'a Stmt) -> Result<()> {
        match &s.kind {
            StmtKind::FunctionDef(def) | StmtKind::AsyncFunctionDef(def) => self.function_def(s, def),
            StmtKind::ClassDef(class) => self.class_def(s, class),
            StmtKind::Return { value } => self.return_stmt(s, value.as_deref()),
            StmtKind::Delete { targets } => targets.iter().try_for_each(|target| self.delete(target)),
            StmtKind::Assign { targets, value } => self.assign(targets, value),
            StmtKind::TypeAlias { name, type_params, value } => self.type_alias(s, name, type_params, value),
            StmtKind::AugAssign { target, op, value } => self.aug_assign(s, target, *op, value),
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(target, annotation, value.as_deref(), *simple)
            }
            StmtKind::For(f) => self.for_loop(f),
            StmtKind::AsyncFor(f) => self.async_for(s, f),
            StmtKind::While { test, body, orelse } => self.while_loop(test, body, orelse),
            StmtKind::If { test, body, orelse } => self.if_stmt(test, body, orelse),
            StmtKind::With { items, body } => self.with(s, items, body, false),
            StmtKind::AsyncWith { items, body } => self.with(s, items, body, true),
            StmtKind::Match { subject, cases } => self.match_stmt(s, subject, cases),
            StmtKind::Raise { exc, cause } => {
                let exc = match exc {
                    Some(exc) => self.early_operand(exc)?,
                    None => NO_REG,
                };
                let cause = match cause {
                    Some(cause) => self.operand(cause)?,
                    None => NO_REG,
                };
                self.u.at(s.span);
                self.u.emit(Op::Raise, exc, cause, 0);
                Ok(())
            }
            StmtKind::Try(t) => self.try_stmt(t, false),
            StmtKind::TryStar(t) => self.try_stmt(t, true),
            StmtKind::Assert { test, msg } => self.assert_stmt(s, test, msg.as_deref()),
            StmtKind::Import { names } => self.import(names),
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(s, module.as_deref(), names, *level)
            }
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } | StmtKind::Pass => Ok(()),
            StmtKind::Expr { value } => self.expr_stmt(value),
            StmtKind::Break => self.leave_loop(s, true),
            StmtKind::Continue => self.leave_loop(s, false),
        }
    }

    fn expr_stmt(&mut self, value: &'a Expr) -> Result<()> {
        let print = self.interactive && self.outer.is_empty();
        if !print && self.fold(value).is_some() {
            return Ok(());
        }
        let reg = self.operand(value)?;
        if print {
            self.u.at(value.span);
            let dst = self.u.temp();
            self.u.emit(Op::Intrinsic, dst, reg, Intrinsic::Print as u16);
        }
        Ok(())
    }

    fn if_stmt(&mut self, test: &'a Expr, body: &'a [Stmt], orelse: &'a [Stmt]) -> Result<()> {
        if let Some(target) = self.plain_exit(body) {
            // `if test: break`: the condition jumps itself.
            self.jump_if(test, target, true)?;
            return self.stmts(orelse);
        }
        let (otherwise, end) = (self.u.label(), self.u.label());
        self.jump_if(test, otherwise, false)?;
        self.stmts(body)?;
        if !orelse.is_empty() {
            self.u.goto(end);
        }
        self.u.place(otherwise);
        self.stmts(orelse)?;
        self.u.place(end);
        Ok(())
    }

    fn assert_stmt(&mut self, s: &Stmt, test: &'a Expr, msg: Option<&'a Expr>) -> Result<()> {
        self.check_assert(s, test);
        if self.optimize > 0 {
            // Left out, but it must be right.
            let bound = self.u.bound.take();
            let mark = self.u.mark();
            for part in std::iter::once(test).chain(msg) {
                self.operand(part)?;
            }
            self.u.release(mark);
            self.u.bound = bound;
            return Ok(());
        }
        let end = self.u.label();
        self.jump_if(test, end, true)?;
        self.u.at(test.span);
        let base = self.u.window();
        self.u.emit(Op::Intrinsic, base, base, Intrinsic::AssertionError as u16);
        if let Some(msg) = msg {
            self.push(msg)?;
            self.u.emit(Op::Call, base, 1, 0);
        }
        self.u.emit(Op::Raise, base, NO_REG, 0);
        self.u.place(end);
        Ok(())
    }

    fn return_stmt(&mut self, s: &Stmt, value: Option<&'a Expr>) -> Result<()> {
        if self.u.flags & CodeFlags::OPTIMIZED == 0 {
            return Err(CompileError::syntax(s.span, "'return' outside function"));
        }
        // A constant is loaded when all is undone; any other value must survive that.
        let constant = value.is_none_or(|value| self.fold(value).is_some());
        // What a `finally` does and the end of `except ... as name` can change the local that is returned.
        let changes_locals = self.u.blocks.iter().any(|open| match &open.block {
            Block::Finally { .. } => true,
            Block::Handler { clause, .. } => clause.name.is_some(),
            _ => false,
        });
        let early = match value {
            Some(value) if !constant => {
                Some(if changes_locals { self.push(value)? } else { self.operand(value)? })
            }
            _ => None,
        };
        let left = self.unwind(0, early.is_some(), s.span)?;
        self.u.at(s.span);
        match (early, value) {
            (Some(reg), _) => self.u.emit(Op::Return, reg, 0, 0),
            (None, Some(value))
                if !matches!(value.kind, ExprKind::Constant { value: Constant::None, .. }) =>
            {
                let reg = self.operand(value)?;
                self.u.at(s.span);
                self.u.emit(Op::Return, reg, 0, 0);
            }
            _ => self.u.emit(Op::ReturnNone, 0, 0, 0),
        }
        self.rewind(left);
        Ok(())
    }
}

/// The docstring of a body and where it stands.
pub(super) fn docstring(body: &[Stmt]) -> Option<(&Text, Span)> {
    let StmtKind::Expr { value } = &body.first()?.kind else { return None };
    match &value.kind {
        ExprKind::Constant { value: Constant::Str(text), .. } => Some((text, value.span)),
        _ => None,
    }
}

/// A docstring without its indentation, as CPython stores it.
pub(super) fn clean_doc(text: &Text) -> crate::bytecode::Const {
    let bytes = super::strings::clean_doc(text.as_bytes());
    let cleaned = Text::from_bytes(bytes).unwrap_or_else(|_| text.clone());
    crate::bytecode::Const::Str(cleaned)
}
