//! Type parameters and `type` statements (PEP 695, 696).

use pystm_parser::ast::*;

use super::scope::{Role, ScopeId};
use super::unit::Reg;
use super::{Compiler, Result, str_const};
use crate::bytecode::{CodeUnit, Const, Intrinsic, Op};

impl<'a> Compiler<'a> {
    /// Makes the type parameters, binds their names and puts their tuple into the temporary `dst`.
    pub(super) fn type_params(&mut self, params: &'a [TypeParam], dst: Reg) -> Result<()> {
        self.u.emit(Op::BuildList, dst, dst, 0);
        for param in params {
            let mark = self.u.mark();
            self.u.at(param.span);
            let made = self.u.temp();
            let (name, intrinsic, default) = match &param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    let first = self.u.temp();
                    self.u.load_const(first, str_const(name));
                    self.type_variable_bounds(param, name, bound.as_deref())?;
                    (name, Intrinsic::TypeVar, default_value)
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    (name, Intrinsic::ParamSpec, default_value)
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    (name, Intrinsic::TypeVarTuple, default_value)
                }
            };
            if intrinsic != Intrinsic::TypeVar {
                let first = self.u.temp();
                self.u.load_const(first, str_const(name));
            }
            self.u.emit(Op::Intrinsic, made, made + 1, intrinsic as u16);
            self.u.release(u32::from(made) + 1);
            if let (Some(default), Some(scope)) = (default, self.table.of(Role::Default, param)) {
                let (code, free) = self.evaluator(scope, name, default)?;
                self.make_evaluator(code, &free);
                self.u.emit(Op::Intrinsic, made, made, Intrinsic::SetTypeParamDefault as u16);
            }
            self.store_name(name, made);
            self.u.emit(Op::ListAppend, dst, made, 0);
            self.u.release(mark);
        }
        self.u.emit(Op::ListToTuple, dst, dst, 0);
        Ok(())
    }

    /// Pushes the functions that evaluate the bound and the constraints, None where there is none.
    fn type_variable_bounds(
        &mut self,
        param: &'a TypeParam,
        name: &str,
        bound: Option<&'a Expr>,
    ) -> Result<()> {
        let is_tuple = bound.is_some_and(|b| matches!(b.kind, ExprKind::Tuple { .. }));
        for wants_tuple in [false, true] {
            match (bound, self.table.of(Role::Bound, param)) {
                (Some(bound), Some(scope)) if is_tuple == wants_tuple => {
                    let (code, free) = self.evaluator(scope, name, bound)?;
                    self.make_evaluator(code, &free);
                }
                _ => {
                    let none = self.u.temp();
                    self.u.load_const(none, Const::None);
                }
            }
        }
        Ok(())
    }

    /// The code of a function that evaluates an expression when asked to.
    fn evaluator(&mut self, scope: ScopeId, name: &str, e: &'a Expr) -> Result<(CodeUnit, Vec<Box<str>>)> {
        self.enter(scope, name, e.span.line);
        self.check_format();
        let value = self.annotation_value(e)?;
        self.u.at(e.span);
        self.u.emit(Op::Return, value, 0, 0);
        self.leave()
    }

    /// `type name[params] = value`
    pub(super) fn type_alias(
        &mut self,
        s: &'a Stmt,
        name: &'a Expr,
        params: &'a [TypeParam],
        value: &'a Expr,
    ) -> Result<()> {
        let ExprKind::Name { id, .. } = &name.kind else { return Ok(()) };
        let alias = if params.is_empty() {
            self.alias_value(s, id, None, value)?
        } else {
            let Some(scope) = self.table.of(Role::TypeParams, s) else { return Ok(()) };
            self.enter(scope, &format!("<generic parameters of {id}>"), s.span.line);
            self.u.at(s.span);
            let tuple = self.u.temp();
            self.type_params(params, tuple)?;
            let alias = self.alias_value(s, id, Some(tuple), value)?;
            self.u.emit(Op::Return, alias, 0, 0);
            let (code, free) = self.leave()?;
            self.u.at(s.span);
            self.call_now(code, &free)
        };
        self.u.at(s.span);
        self.store(name, alias)
    }

    fn alias_value(&mut self, s: &'a Stmt, id: &str, params: Option<Reg>, value: &'a Expr) -> Result<Reg> {
        let first = self.u.temp();
        self.u.load_const(first, str_const(id));
        let tuple = self.u.temp();
        match params {
            Some(params) => self.u.emit(Op::Move, tuple, params, 0),
            None => self.u.load_const(tuple, Const::None),
        }
        if let Some(scope) = self.table.of(Role::Alias, s) {
            let (code, free) = self.evaluator(scope, id, value)?;
            self.u.at(s.span);
            self.make_evaluator(code, &free);
        }
        self.u.emit(Op::Intrinsic, first, first, Intrinsic::TypeAlias as u16);
        Ok(first)
    }
}
