//! First pass over expressions.

use pystm_parser::ast::*;

use super::super::error::CompileError;
use super::collect::Collector;
use super::{Comp, Result, Role, ScopeKind, Uses, mangle};

impl Collector {
    pub(super) fn expr(&mut self, e: &Expr) -> Result<()> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.expr_inner(e))
    }

    fn exprs(&mut self, list: &[Expr]) -> Result<()> {
        list.iter().try_for_each(|e| self.expr(e))
    }

    fn expr_inner(&mut self, e: &Expr) -> Result<()> {
        match &e.kind {
            ExprKind::NamedExpr { target, value } => self.named_expr(e, target, value),
            ExprKind::BoolOp { values, .. }
            | ExprKind::JoinedStr { values }
            | ExprKind::TemplateStr { values }
            | ExprKind::Set { elts: values }
            | ExprKind::List { elts: values, .. }
            | ExprKind::Tuple { elts: values, .. } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.defaults(args)?;
                self.enter(ScopeKind::Lambda, Role::Body, e, "lambda", e.span);
                self.arguments(args)?;
                self.expr(body)?;
                self.leave();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|k| self.expr(k))?;
                self.exprs(values)
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(e, Comp::List, elt, None, generators)
            }
            ExprKind::SetComp { elt, generators } => self.comprehension(e, Comp::Set, elt, None, generators),
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(e, Comp::Dict, key, Some(value), generators)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(e, Comp::Generator, elt, None, generators)
            }
            ExprKind::Await { value } => self.await_expr(e, value),
            ExprKind::Yield { value } => self.yield_expr(e, value.as_deref()),
            ExprKind::YieldFrom { value } => self.yield_expr(e, Some(value)),
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                keywords.iter().try_for_each(|k| self.expr(&k.value))
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value)?;
                format_spec.iter().try_for_each(|s| self.expr(s))
            }
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Attribute { value, .. } | ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Name { id, ctx } => self.name(e, id, *ctx),
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().try_for_each(|part| self.expr(part))
            }
        }
    }

    fn name(&mut self, e: &Expr, id: &str, ctx: ExprContext) -> Result<()> {
        let mask = match ctx {
            ExprContext::Load => Uses::USE,
            ExprContext::Store => Uses::LOCAL,
            ExprContext::Del => Uses::LOCAL | Uses::DELETED,
        };
        self.add(id, mask, e.span)?;
        if id == "super" && ctx == ExprContext::Load && self.scope().kind.function_like() {
            self.add("__class__", Uses::USE, e.span)?;
        }
        Ok(())
    }

    /// Refuses what may stand in no annotation, type-variable or generic block.
    fn forbid_in_annotation(&mut self, what: &str, e: &Expr) -> Result<()> {
        let place = match self.scope().kind {
            ScopeKind::Annotations => "an annotation",
            ScopeKind::TypeVariable(what) => what,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParams => "the definition of a generic",
            _ => return Ok(()),
        };
        Err(CompileError::syntax(e.span, format!("{what} cannot be used within {place}")))
    }

    fn named_expr(&mut self, e: &Expr, target: &Expr, value: &Expr) -> Result<()> {
        self.forbid_in_annotation("named expression", e)?;
        if self.scope().comp_iter_expr > 0 {
            let what = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(CompileError::syntax(e.span, what));
        }
        if let ExprKind::Name { id, .. } = &target.kind {
            if matches!(self.scope().kind, ScopeKind::Comprehension(_)) {
                self.extend_named_expr(id, target)?;
            }
            self.expr(value)?;
            self.expr(target)?;
            return self.add(id, Uses::WALRUS, target.span);
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// An assignment expression in a comprehension binds in the block around all comprehensions.
    fn extend_named_expr(&mut self, id: &str, target: &Expr) -> Result<()> {
        let private = self.scope().private.clone();
        let name = mangle(private.as_ref(), id);
        let span = target.span;
        let chain: Vec<_> = self.stack.iter().copied().chain([self.cur]).collect();
        for scope_id in chain.into_iter().rev() {
            let scope = self.table.get(scope_id);
            let uses = scope.uses(&name);
            match scope.kind {
                ScopeKind::Comprehension(_) => {
                    if uses.any(Uses::COMP_ITER) {
                        let what = format!(
                            "assignment expression cannot rebind comprehension iteration variable '{id}'"
                        );
                        return Err(CompileError::syntax(span, what));
                    }
                }
                ScopeKind::Function | ScopeKind::Lambda => {
                    let mask = if uses.any(Uses::GLOBAL) { Uses::GLOBAL } else { Uses::NONLOCAL };
                    self.add(id, mask, span)?;
                    self.scope().directives.push((name.clone(), span));
                    self.table.get_mut(scope_id).add(&name, Uses::LOCAL | Uses::WALRUS);
                    return Ok(());
                }
                ScopeKind::Module => {
                    self.add(id, Uses::GLOBAL, span)?;
                    self.scope().directives.push((name.clone(), span));
                    self.table.get_mut(scope_id).add(&name, Uses::GLOBAL);
                    return Ok(());
                }
                kind => {
                    let place = match kind {
                        ScopeKind::Class => "in a class body",
                        ScopeKind::TypeVariable(_) => "in a TypeVar bound",
                        ScopeKind::TypeAlias => "in a type alias",
                        _ => "within the definition of a generic",
                    };
                    let what = format!("assignment expression within a comprehension cannot be used {place}");
                    return Err(CompileError::syntax(span, what));
                }
            }
        }
        Ok(())
    }

    fn comprehension(
        &mut self,
        e: &Expr,
        kind: Comp,
        elt: &Expr,
        value: Option<&Expr>,
        generators: &[Comprehension],
    ) -> Result<()> {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        self.scope().comp_iter_expr += 1;
        self.expr(&first.iter)?;
        self.scope().comp_iter_expr -= 1;
        let name = match kind {
            Comp::List => "listcomp",
            Comp::Set => "setcomp",
            Comp::Dict => "dictcomp",
            Comp::Generator => "genexpr",
        };
        self.enter(ScopeKind::Comprehension(kind), Role::Body, e, name, e.span);
        let scope = self.scope();
        scope.coroutine = first.is_async;
        scope.generator = kind == Comp::Generator;
        scope.add(".0", Uses::PARAM);
        scope.params.push(".0".into());
        self.comp_target(&first.target)?;
        self.exprs(&first.ifs)?;
        for generator in rest {
            self.comp_target(&generator.target)?;
            self.scope().comp_iter_expr += 1;
            self.expr(&generator.iter)?;
            self.scope().comp_iter_expr -= 1;
            self.exprs(&generator.ifs)?;
            self.scope().coroutine |= generator.is_async;
        }
        if let Some(value) = value {
            self.expr(value)?;
        }
        self.expr(elt)?;
        let asynchronous = self.scope().coroutine && kind != Comp::Generator;
        self.leave();
        self.scope().coroutine |= asynchronous;
        Ok(())
    }

    fn comp_target(&mut self, target: &Expr) -> Result<()> {
        self.scope().comp_iter_target = true;
        self.expr(target)?;
        self.scope().comp_iter_target = false;
        Ok(())
    }

    fn await_expr(&mut self, e: &Expr, value: &Expr) -> Result<()> {
        self.forbid_in_annotation("await expression", e)?;
        let scope = self.scope();
        if !scope.kind.function_like() && !scope.is_async_def {
            return Err(CompileError::syntax(e.span, "'await' outside function"));
        }
        if !scope.is_async_def && !matches!(scope.kind, ScopeKind::Comprehension(_)) {
            return Err(CompileError::syntax(e.span, "'await' outside async function"));
        }
        self.expr(value)?;
        self.scope().coroutine = true;
        Ok(())
    }

    fn yield_expr(&mut self, e: &Expr, value: Option<&Expr>) -> Result<()> {
        self.forbid_in_annotation("yield expression", e)?;
        if let Some(value) = value {
            self.expr(value)?;
        }
        let scope = self.scope();
        if let ScopeKind::Comprehension(kind) = scope.kind {
            let what = match kind {
                Comp::List => "'yield' inside list comprehension",
                Comp::Set => "'yield' inside set comprehension",
                Comp::Dict => "'yield' inside dict comprehension",
                Comp::Generator => "'yield' inside generator expression",
            };
            return Err(CompileError::syntax(e.span, what));
        }
        scope.generator = true;
        match scope.return_value {
            Some(span) if scope.coroutine => {
                Err(CompileError::syntax(span, "'return' with value in async generator"))
            }
            _ => Ok(()),
        }
    }
}
