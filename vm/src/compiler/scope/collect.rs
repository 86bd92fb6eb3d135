//! First pass over statements: one scope per block, what happens to each name.

use pystm_parser::ast::*;

use super::super::error::CompileError;
use super::{Private, Result, Role, Scope, ScopeId, ScopeKind, ScopeTable, Uses, address, mangle, resolve};

/// Builds the scope table of a program.
pub(in super::super) fn build(
    module: &Mod,
    future_annotations: bool,
    top_level_await: bool,
) -> Result<ScopeTable> {
    let mut table = ScopeTable::default();
    let mut outermost = Scope::new(ScopeKind::Module, None, false);
    outermost.is_async_def = top_level_await;
    table.scopes.push(outermost);
    let mut collector = Collector { table, cur: ScopeTable::MODULE, stack: Vec::new(), future_annotations };
    match module {
        Mod::Module { body } | Mod::Interactive { body } => collector.stmts(body)?,
        Mod::Expression { body } => collector.expr(body)?,
    }
    let mut table = collector.table;
    resolve::resolve(&mut table)?;
    Ok(table)
}

/// State of the first pass.
pub(super) struct Collector {
    pub(super) table: ScopeTable,
    pub(super) cur: ScopeId,
    pub(super) stack: Vec<ScopeId>,
    pub(super) future_annotations: bool,
}

impl Collector {
    pub(super) fn scope(&mut self) -> &mut Scope {
        self.table.get_mut(self.cur)
    }

    /// Makes a block inside the current one and enters it.
    pub(super) fn enter<T>(
        &mut self,
        kind: ScopeKind,
        role: Role,
        node: &T,
        name: &str,
        span: Span,
    ) -> ScopeId {
        let parent = self.table.get(self.cur);
        let nested = parent.nested || parent.kind.function_like();
        let in_class = parent.kind == ScopeKind::Class;
        let private = parent.private.clone();
        let (unevaluated, comp_iter_expr) = (parent.unevaluated, parent.comp_iter_expr);
        let id = ScopeId(self.table.scopes.len() as u32);
        self.table.scopes.push(Scope::new(kind, private, nested));
        self.table.by_node.insert((role, address(node)), id);
        if !unevaluated {
            self.scope().children.push(id);
        }
        self.stack.push(self.cur);
        self.cur = id;
        let scope = self.scope();
        scope.name = name.into();
        scope.line = span.line;
        scope.unevaluated = unevaluated;
        scope.comp_iter_expr = comp_iter_expr;
        scope.is_method =
            in_class && matches!(kind, ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Comprehension(_));
        id
    }

    pub(super) fn leave(&mut self) {
        self.cur = self.stack.pop().unwrap_or(ScopeTable::MODULE);
    }

    /// Notes that an asynchronous statement makes a coroutine of module code.
    fn awaits_if(&mut self, asynchronous: bool) {
        let scope = self.scope();
        scope.coroutine |= asynchronous && scope.kind == ScopeKind::Module;
    }

    /// Notes a use or binding of a name in the current block.
    pub(super) fn add(&mut self, name: &str, mask: u16, span: Span) -> Result<()> {
        let cur = self.cur;
        self.add_in(cur, name, mask, span)
    }

    fn add_in(&mut self, id: ScopeId, name: &str, mask: u16, span: Span) -> Result<()> {
        if mask & Uses::BOUND != 0 && name == "__debug__" {
            let what = if mask & Uses::DELETED != 0 { "delete" } else { "assign to" };
            return Err(CompileError::syntax(span, format!("cannot {what} __debug__")));
        }
        let scope = self.table.get_mut(id);
        let name = mangle(scope.private.as_ref(), name);
        let old = scope.uses(&name);
        let mut mask = mask;
        if mask & Uses::PARAM != 0 && old.any(Uses::PARAM) {
            return Err(CompileError::syntax(
                span,
                format!("duplicate argument '{name}' in function definition"),
            ));
        }
        if mask & Uses::TYPE_PARAM != 0 && old.any(Uses::TYPE_PARAM) {
            return Err(CompileError::syntax(span, format!("duplicate type parameter '{name}'")));
        }
        if scope.comp_iter_target && mask & Uses::BOUND != 0 {
            if old.any(Uses::GLOBAL | Uses::NONLOCAL) {
                let what =
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                return Err(CompileError::syntax(span, what));
            }
            mask |= Uses::COMP_ITER;
        }
        scope.add(&name, mask);
        if mask & Uses::PARAM != 0 {
            scope.params.push(name.clone());
        }
        if mask & Uses::GLOBAL != 0 && id != ScopeTable::MODULE {
            self.table.get_mut(ScopeTable::MODULE).add(&name, Uses::GLOBAL);
        }
        Ok(())
    }

    pub(super) fn stmts(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    /// Statements that may not run: annotations inside are conditional.
    fn conditional(&mut self, body: &[Stmt]) -> Result<()> {
        let before = std::mem::replace(&mut self.scope().in_conditional, true);
        self.stmts(body)?;
        self.scope().in_conditional = before;
        Ok(())
    }

    fn stmt(&mut self, s: &Stmt) -> Result<()> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.stmt_inner(s))
    }

    fn stmt_inner(&mut self, s: &Stmt) -> Result<()> {
        match &s.kind {
            StmtKind::FunctionDef(def) => self.function(def, s.span, false),
            StmtKind::AsyncFunctionDef(def) => self.function(def, s.span, true),
            StmtKind::ClassDef(class) => self.class(class, s.span),
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.scope().return_value.get_or_insert(s.span);
                    let scope = self.table.get(self.cur);
                    if scope.generator && scope.coroutine {
                        return Err(CompileError::syntax(s.span, "'return' with value in async generator"));
                    }
                }
                Ok(())
            }
            StmtKind::Delete { targets } => targets.iter().try_for_each(|t| self.expr(t)),
            StmtKind::Assign { targets, value } => {
                targets.iter().try_for_each(|t| self.expr(t))?;
                self.expr(value)
            }
            StmtKind::TypeAlias { name, type_params, value } => self.type_alias(s, name, type_params, value),
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(target, annotation, *simple)?;
                value.iter().try_for_each(|v| self.expr(v))
            }
            StmtKind::For(f) | StmtKind::AsyncFor(f) => {
                self.awaits_if(matches!(s.kind, StmtKind::AsyncFor(_)));
                self.expr(&f.target)?;
                self.expr(&f.iter)?;
                self.conditional(&f.body)?;
                self.conditional(&f.orelse)
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.conditional(body)?;
                self.conditional(orelse)
            }
            StmtKind::With { items, body } | StmtKind::AsyncWith { items, body } => {
                self.awaits_if(matches!(s.kind, StmtKind::AsyncWith { .. }));
                for item in items {
                    self.expr(&item.context_expr)?;
                    item.optional_vars.iter().try_for_each(|v| self.expr(v))?;
                }
                self.conditional(body)
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                for case in cases {
                    self.pattern(&case.pattern)?;
                    case.guard.iter().try_for_each(|g| self.expr(g))?;
                    self.conditional(&case.body)?;
                }
                Ok(())
            }
            StmtKind::Raise { exc, cause } => {
                exc.iter().try_for_each(|e| self.expr(e))?;
                cause.iter().try_for_each(|e| self.expr(e))
            }
            StmtKind::Try(t) | StmtKind::TryStar(t) => {
                self.conditional(&t.body)?;
                for handler in &t.handlers {
                    handler.type_.iter().try_for_each(|e| self.expr(e))?;
                    if let Some(name) = &handler.name {
                        self.add(name, Uses::LOCAL | Uses::DELETED, handler.span)?;
                    }
                    self.conditional(&handler.body)?;
                }
                self.conditional(&t.orelse)?;
                self.conditional(&t.finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                msg.iter().try_for_each(|e| self.expr(e))
            }
            StmtKind::Import { names } => names.iter().try_for_each(|a| self.alias(a, false)),
            StmtKind::ImportFrom { names, .. } => names.iter().try_for_each(|a| self.alias(a, true)),
            StmtKind::Global { names } => names.iter().try_for_each(|n| self.declaration(n, s.span, true)),
            StmtKind::Nonlocal { names } => names.iter().try_for_each(|n| self.declaration(n, s.span, false)),
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn function(&mut self, def: &FunctionDef, span: Span, is_async: bool) -> Result<()> {
        self.add(&def.name, Uses::LOCAL, span)?;
        self.defaults(&def.args)?;
        def.decorator_list.iter().try_for_each(|d| self.expr(d))?;
        let generic = !def.type_params.is_empty();
        if generic {
            self.enter_type_params(def, &def.name, span);
            let keyword_defaults = def.args.kw_defaults.iter().any(Option::is_some);
            for (used, name) in
                [(!def.args.defaults.is_empty(), ".defaults"), (keyword_defaults, ".kwdefaults")]
            {
                if used {
                    self.scope().add(name, Uses::PARAM);
                    self.scope().params.push(name.into());
                }
            }
            self.type_params(&def.type_params)?;
        }
        self.function_annotations(def, span)?;
        self.enter(ScopeKind::Function, Role::Body, def, &def.name, span);
        self.scope().coroutine = is_async;
        self.scope().is_async_def = is_async;
        self.arguments(&def.args)?;
        self.stmts(&def.body)?;
        self.leave();
        if generic {
            self.leave();
        }
        Ok(())
    }

    /// Defaults of parameters belong to the block that holds the definition.
    pub(super) fn defaults(&mut self, args: &Arguments) -> Result<()> {
        args.defaults.iter().try_for_each(|d| self.expr(d))?;
        args.kw_defaults.iter().flatten().try_for_each(|d| self.expr(d))
    }

    pub(super) fn arguments(&mut self, args: &Arguments) -> Result<()> {
        let starred = args.vararg.iter().chain(args.kwarg.iter());
        for arg in args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs).chain(starred) {
            self.add(&arg.arg, Uses::PARAM, arg.span)?;
        }
        Ok(())
    }

    fn function_annotations(&mut self, def: &FunctionDef, span: Span) -> Result<()> {
        let a = &def.args;
        let args = a.posonlyargs.iter().chain(&a.args).chain(&a.vararg).chain(&a.kwarg).chain(&a.kwonlyargs);
        let mut annotations =
            args.filter_map(|a| a.annotation.as_deref()).chain(def.returns.as_deref()).peekable();
        if annotations.peek().is_none() {
            return Ok(());
        }
        let parent = self.table.get(self.cur);
        let sees_class = parent.sees_class || parent.kind == ScopeKind::Class;
        self.enter(ScopeKind::Annotations, Role::Annotations, def, "__annotate__", span);
        self.format_parameter();
        if sees_class {
            self.see_class();
        }
        for annotation in annotations {
            self.annotation_expr(annotation)?;
        }
        self.leave();
        Ok(())
    }

    fn annotation_expr(&mut self, annotation: &Expr) -> Result<()> {
        let before = self.scope().unevaluated;
        self.scope().unevaluated |= self.future_annotations;
        self.expr(annotation)?;
        self.scope().unevaluated = before;
        Ok(())
    }

    /// The one parameter of annotation blocks and the like.
    pub(super) fn format_parameter(&mut self) {
        let scope = self.scope();
        scope.add(".format", Uses::PARAM);
        scope.params.push(".format".into());
    }

    /// Lets the current block see the names of the class around it.
    pub(super) fn see_class(&mut self) {
        let scope = self.scope();
        scope.sees_class = true;
        scope.add("__classdict__", Uses::USE);
    }

    fn ann_assign(&mut self, target: &Expr, annotation: &Expr, simple: bool) -> Result<()> {
        if let ExprKind::Name { id, .. } = &target.kind {
            let scope = self.table.get(self.cur);
            let uses = scope.uses(&mangle(scope.private.as_ref(), id));
            if uses.any(Uses::GLOBAL | Uses::NONLOCAL) && scope.kind != ScopeKind::Module && simple {
                let kind = if uses.any(Uses::GLOBAL) { "global" } else { "nonlocal" };
                return Err(CompileError::syntax(
                    target.span,
                    format!("annotated name '{id}' can't be {kind}"),
                ));
            }
            // `(x): int` without a value does not bind x in CPython either, but makes it local.
            let mask = if simple { Uses::ANNOTATED | Uses::LOCAL } else { Uses::LOCAL };
            self.add(id, mask, target.span)?;
        } else {
            self.expr(target)?;
        }
        self.annotation(annotation)
    }

    /// An annotation of a variable: evaluated lazily in a module or class, never in a function.
    fn annotation(&mut self, annotation: &Expr) -> Result<()> {
        let parent = self.cur;
        let kind = self.table.get(parent).kind;
        if kind.function_like() {
            let before = std::mem::replace(&mut self.scope().unevaluated, true);
            self.enter(
                ScopeKind::Annotations,
                Role::Annotations,
                annotation,
                "__annotate__",
                annotation.span,
            );
            self.expr(annotation)?;
            self.leave();
            self.scope().unevaluated = before;
            return Ok(());
        }
        let scope = self.scope();
        if kind == ScopeKind::Module || scope.in_conditional {
            scope.conditional_annotations = true;
        }
        let conditional = scope.conditional_annotations;
        if conditional && !self.future_annotations {
            self.scope().add("__conditional_annotations__", Uses::USE | Uses::LOCAL);
        }
        if let Some(existing) = self.table.get(parent).annotations {
            self.stack.push(parent);
            self.cur = existing;
        } else {
            let id = self.enter(
                ScopeKind::Annotations,
                Role::Annotations,
                annotation,
                "__annotate__",
                annotation.span,
            );
            self.format_parameter();
            if kind == ScopeKind::Class && !self.future_annotations {
                self.see_class();
            }
            self.table.get_mut(parent).annotations = Some(id);
        }
        if conditional && !self.future_annotations {
            self.scope().add("__conditional_annotations__", Uses::USE);
        }
        self.annotation_expr(annotation)?;
        self.leave();
        Ok(())
    }

    fn class(&mut self, class: &ClassDef, span: Span) -> Result<()> {
        self.add(&class.name, Uses::LOCAL, span)?;
        class.decorator_list.iter().try_for_each(|d| self.expr(d))?;
        let generic = !class.type_params.is_empty();
        if generic {
            self.enter_type_params(class, &class.name, span);
            let only = class.type_params.iter().map(|p| p.name().clone()).collect();
            self.scope().private = Some(Private { class: class.name.clone(), only: Some(only) });
            self.type_params(&class.type_params)?;
        }
        class.bases.iter().try_for_each(|b| self.expr(b))?;
        class.keywords.iter().try_for_each(|k| self.expr(&k.value))?;
        self.enter(ScopeKind::Class, Role::Body, class, &class.name, span);
        let scope = self.scope();
        scope.private = Some(Private { class: class.name.clone(), only: None });
        if generic {
            scope.add("__type_params__", Uses::LOCAL);
            scope.add(".type_params", Uses::USE);
        }
        self.stmts(&class.body)?;
        self.leave();
        if generic {
            let scope = self.scope();
            scope.add(".type_params", Uses::LOCAL | Uses::USE);
            self.leave();
        }
        Ok(())
    }

    fn enter_type_params<T>(&mut self, node: &T, name: &str, span: Span) {
        let parent_is_class = self.table.get(self.cur).kind == ScopeKind::Class;
        self.enter(ScopeKind::TypeParams, Role::TypeParams, node, name, span);
        if parent_is_class {
            self.see_class();
        }
    }

    fn type_alias(&mut self, s: &Stmt, name: &Expr, params: &[TypeParam], value: &Expr) -> Result<()> {
        self.expr(name)?;
        let alias = match &name.kind {
            ExprKind::Name { id, .. } => id,
            _ => "",
        };
        let in_class = self.table.get(self.cur).kind == ScopeKind::Class;
        let generic = !params.is_empty();
        if generic {
            self.enter_type_params(s, alias, s.span);
            self.type_params(params)?;
        }
        self.enter(ScopeKind::TypeAlias, Role::Alias, s, alias, s.span);
        self.format_parameter();
        if in_class {
            self.see_class();
        }
        self.expr(value)?;
        self.leave();
        if generic {
            self.leave();
        }
        Ok(())
    }

    fn type_params(&mut self, params: &[TypeParam]) -> Result<()> {
        let mut seen_default = false;
        for param in params {
            let (name, bound, default) = match &param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    (name, bound.as_deref(), default_value)
                }
                TypeParamKind::ParamSpec { name, default_value }
                | TypeParamKind::TypeVarTuple { name, default_value } => (name, None, default_value),
            };
            self.add(name, Uses::TYPE_PARAM | Uses::LOCAL, param.span)?;
            if let Some(bound) = bound {
                let what = if matches!(bound.kind, ExprKind::Tuple { .. }) {
                    "a TypeVar constraint"
                } else {
                    "a TypeVar bound"
                };
                self.type_variable(param, name, Role::Bound, bound, what)?;
            }
            if let Some(default) = default {
                seen_default = true;
                let what = match &param.kind {
                    TypeParamKind::TypeVar { .. } => "a TypeVar default",
                    TypeParamKind::ParamSpec { .. } => "a ParamSpec default",
                    TypeParamKind::TypeVarTuple { .. } => "a TypeVarTuple default",
                };
                self.type_variable(param, name, Role::Default, default, what)?;
            } else if seen_default {
                let what = format!("non-default type parameter '{name}' follows default type parameter");
                return Err(CompileError::syntax(param.span, what));
            }
        }
        Ok(())
    }

    fn type_variable(
        &mut self,
        param: &TypeParam,
        name: &str,
        role: Role,
        e: &Expr,
        what: &'static str,
    ) -> Result<()> {
        let sees_class = self.table.get(self.cur).sees_class;
        self.enter(ScopeKind::TypeVariable(what), role, param, name, param.span);
        self.format_parameter();
        if sees_class {
            self.see_class();
        }
        self.expr(e)?;
        self.leave();
        Ok(())
    }

    fn alias(&mut self, alias: &Alias, from: bool) -> Result<()> {
        if &*alias.name == "*" {
            if self.table.get(self.cur).kind != ScopeKind::Module {
                return Err(CompileError::syntax(alias.span, "import * only allowed at module level"));
            }
            return Ok(());
        }
        let name = match &alias.asname {
            Some(name) => name,
            None if from => &*alias.name,
            None => alias.name.split('.').next().unwrap_or(&alias.name),
        };
        self.add(name, Uses::IMPORT | Uses::LOCAL, alias.span)
    }

    fn declaration(&mut self, name: &str, span: Span, global: bool) -> Result<()> {
        let scope = self.table.get(self.cur);
        let uses = scope.uses(&mangle(scope.private.as_ref(), name));
        let word = if global { "global" } else { "nonlocal" };
        let error = if uses.any(Uses::PARAM) {
            Some(format!("name '{name}' is parameter and {word}"))
        } else if uses.any(Uses::ANNOTATED) {
            Some(format!("annotated name '{name}' can't be {word}"))
        } else if uses.any(Uses::LOCAL) {
            Some(format!("name '{name}' is assigned to before {word} declaration"))
        } else if uses.any(Uses::USE) {
            Some(format!("name '{name}' is used prior to {word} declaration"))
        } else {
            None
        };
        if let Some(message) = error {
            return Err(CompileError::syntax(span, message));
        }
        self.add(name, if global { Uses::GLOBAL } else { Uses::NONLOCAL }, span)?;
        let scope = self.scope();
        let name = mangle(scope.private.as_ref(), name);
        scope.directives.push((name, span));
        Ok(())
    }

    fn pattern(&mut self, p: &Pattern) -> Result<()> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match &p.kind {
            PatternKind::MatchValue { value } => self.expr(value),
            PatternKind::MatchSingleton { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                patterns.iter().try_for_each(|p| self.pattern(p))
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                keys.iter().try_for_each(|k| self.expr(k))?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                rest.iter().try_for_each(|r| self.add(r, Uses::LOCAL, p.span))
            }
            PatternKind::MatchClass { cls, patterns, kwd_patterns, .. } => {
                self.expr(cls)?;
                patterns.iter().chain(kwd_patterns).try_for_each(|p| self.pattern(p))
            }
            PatternKind::MatchStar { name } => name.iter().try_for_each(|n| self.add(n, Uses::LOCAL, p.span)),
            PatternKind::MatchAs { pattern, name } => {
                pattern.iter().try_for_each(|p| self.pattern(p))?;
                name.iter().try_for_each(|n| self.add(n, Uses::LOCAL, p.span))
            }
        })
    }
}
