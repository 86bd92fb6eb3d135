//! Statements.

use rustpython_parser::Mode as RpMode;
use rustpython_parser::ast::{self as rp, Ranged};

use super::{Converter, identifier};
use crate::ast::{
    Alias, ClassDef, ExceptHandler, Expr, ExprContext, ExprKind, For, FunctionDef, MatchCase, Stmt, StmtKind,
    Try, TypeParam, TypeParamKind, WithItem,
};
use crate::check::Purpose;
use crate::error::Fail;
use crate::program::Rejected;
use crate::token::Kind;

impl Converter<'_, '_> {
    fn target(&mut self, target: rp::Expr, purpose: Purpose) -> Result<Expr, Fail> {
        let target = self.expr(target)?;
        self.check_target(&target, purpose)?;
        Ok(target)
    }

    fn targets(&mut self, targets: Vec<rp::Expr>, purpose: Purpose) -> Result<Vec<Expr>, Fail> {
        targets.into_iter().map(|target| self.target(target, purpose)).collect()
    }

    pub(super) fn stmt(&mut self, statement: rp::Stmt) -> Result<Stmt, Fail> {
        if self.depth >= super::MAX_DEPTH {
            return Err(crate::program::too_deep(statement.start().into()));
        }
        self.depth += 1;
        let result =
            stacker::maybe_grow(super::expr::RED_ZONE, super::expr::MORE_STACK, || self.stmt_(statement));
        self.depth -= 1;
        result
    }

    fn stmt_(&mut self, statement: rp::Stmt) -> Result<Stmt, Fail> {
        let range = statement.range();
        let compound = matches!(
            statement,
            rp::Stmt::FunctionDef(_)
                | rp::Stmt::AsyncFunctionDef(_)
                | rp::Stmt::ClassDef(_)
                | rp::Stmt::For(_)
                | rp::Stmt::AsyncFor(_)
                | rp::Stmt::While(_)
                | rp::Stmt::If(_)
                | rp::Stmt::With(_)
                | rp::Stmt::AsyncWith(_)
                | rp::Stmt::Match(_)
                | rp::Stmt::Try(_)
                | rp::Stmt::TryStar(_)
        );
        let span = if compound { self.block_span(range) } else { self.span_of(range) };
        let kind = if compound { self.compound(statement)? } else { self.simple(statement)? };
        Ok(Stmt { kind, span })
    }

    fn compound(&mut self, statement: rp::Stmt) -> Result<StmtKind, Fail> {
        Ok(match statement {
            rp::Stmt::FunctionDef(def) => StmtKind::FunctionDef(Box::new(FunctionDef {
                name: identifier(def.name),
                type_params: self.type_params(def.type_params)?,
                args: self.arguments(*def.args)?,
                body: self.body(def.body)?,
                decorator_list: self.exprs(def.decorator_list)?,
                returns: self.optional(def.returns)?,
            })),
            rp::Stmt::AsyncFunctionDef(def) => StmtKind::AsyncFunctionDef(Box::new(FunctionDef {
                name: identifier(def.name),
                type_params: self.type_params(def.type_params)?,
                args: self.arguments(*def.args)?,
                body: self.body(def.body)?,
                decorator_list: self.exprs(def.decorator_list)?,
                returns: self.optional(def.returns)?,
            })),
            rp::Stmt::ClassDef(def) => StmtKind::ClassDef(Box::new(ClassDef {
                name: identifier(def.name),
                type_params: self.type_params(def.type_params)?,
                bases: self.bases(def.bases, !def.keywords.is_empty())?,
                keywords: self.keywords(def.keywords)?,
                body: self.body(def.body)?,
                decorator_list: self.exprs(def.decorator_list)?,
            })),
            rp::Stmt::For(node) => StmtKind::For(Box::new(For {
                target: self.target(*node.target, Purpose::Assign)?,
                iter: self.expr(*node.iter)?,
                body: self.body(node.body)?,
                orelse: self.body(node.orelse)?,
            })),
            rp::Stmt::AsyncFor(node) => StmtKind::AsyncFor(Box::new(For {
                target: self.target(*node.target, Purpose::Assign)?,
                iter: self.expr(*node.iter)?,
                body: self.body(node.body)?,
                orelse: self.body(node.orelse)?,
            })),
            rp::Stmt::While(node) => StmtKind::While {
                test: self.boxed(*node.test)?,
                body: self.body(node.body)?,
                orelse: self.body(node.orelse)?,
            },
            rp::Stmt::If(node) => StmtKind::If {
                test: self.boxed(*node.test)?,
                body: self.body(node.body)?,
                orelse: self.body(node.orelse)?,
            },
            rp::Stmt::With(node) => {
                StmtKind::With { items: self.with_items(node.items)?, body: self.body(node.body)? }
            }
            rp::Stmt::AsyncWith(node) => {
                StmtKind::AsyncWith { items: self.with_items(node.items)?, body: self.body(node.body)? }
            }
            rp::Stmt::Match(node) => self.match_(node)?,
            rp::Stmt::Try(node) => StmtKind::Try(Box::new(Try {
                body: self.body(node.body)?,
                handlers: self.handlers(node.handlers)?,
                orelse: self.body(node.orelse)?,
                finalbody: self.body(node.finalbody)?,
            })),
            rp::Stmt::TryStar(node) => StmtKind::TryStar(Box::new(Try {
                body: self.body(node.body)?,
                handlers: self.handlers(node.handlers)?,
                orelse: self.body(node.orelse)?,
                finalbody: self.body(node.finalbody)?,
            })),
            simple => return self.simple(simple),
        })
    }

    fn simple(&mut self, statement: rp::Stmt) -> Result<StmtKind, Fail> {
        let start = statement.start();
        Ok(match statement {
            rp::Stmt::Return(node) => StmtKind::Return { value: self.optional(node.value)? },
            rp::Stmt::Delete(node) => {
                StmtKind::Delete { targets: self.targets(node.targets, Purpose::Delete)? }
            }
            rp::Stmt::Assign(node) => StmtKind::Assign {
                targets: self.targets(node.targets, Purpose::Assign)?,
                value: self.boxed(*node.value)?,
            },
            rp::Stmt::TypeAlias(node) => StmtKind::TypeAlias {
                name: self.boxed(*node.name)?,
                type_params: self.type_params(node.type_params)?,
                value: self.boxed(*node.value)?,
            },
            rp::Stmt::AugAssign(node) => StmtKind::AugAssign {
                target: Box::new(self.target(*node.target, Purpose::Single)?),
                op: super::expr::operator(node.op),
                value: self.boxed(*node.value)?,
            },
            rp::Stmt::AnnAssign(node) => StmtKind::AnnAssign {
                // Parentheses round a name make it a target like any other.
                simple: node.simple && node.target.start() == start,
                target: Box::new(self.target(*node.target, Purpose::Single)?),
                annotation: self.boxed(*node.annotation)?,
                value: self.optional(node.value)?,
            },
            rp::Stmt::Raise(node) => {
                StmtKind::Raise { exc: self.optional(node.exc)?, cause: self.optional(node.cause)? }
            }
            rp::Stmt::Assert(node) => {
                StmtKind::Assert { test: self.boxed(*node.test)?, msg: self.optional(node.msg)? }
            }
            rp::Stmt::Import(node) => StmtKind::Import { names: self.aliases(node.names) },
            rp::Stmt::ImportFrom(node) => StmtKind::ImportFrom {
                module: node.module.map(identifier),
                names: self.aliases(node.names),
                level: node.level.map_or(0, |level| level.to_u32()),
            },
            rp::Stmt::Global(node) => {
                StmtKind::Global { names: node.names.into_iter().map(identifier).collect() }
            }
            rp::Stmt::Nonlocal(node) => {
                StmtKind::Nonlocal { names: node.names.into_iter().map(identifier).collect() }
            }
            rp::Stmt::Expr(node) => StmtKind::Expr { value: self.boxed(*node.value)? },
            rp::Stmt::Break(_) => StmtKind::Break,
            rp::Stmt::Continue(_) => StmtKind::Continue,
            _ => StmtKind::Pass,
        })
    }

    /// Base classes; a generator expression without parentheses of its own is none.
    fn bases(&mut self, bases: Vec<rp::Expr>, keywords: bool) -> Result<Vec<Expr>, Fail> {
        let first = bases.first().map(|first| (first.is_generator_exp_expr(), first.range()));
        if let Some((true, range)) = first
            && bases.len() == 1
            && !self.is_parenthesised(range)
        {
            let from = self.program.token_at(range.start().into());
            let tokens = &self.program.tokens[from..];
            let for_ = tokens.iter().find(|token| matches!(token.kind, Kind::For | Kind::Async));
            let (start, end) = for_.map_or((0, 0), |token| (token.start, token.end));
            return Err(crate::check::suspect("invalid syntax", start, end));
        }
        self.call_arguments(bases, keywords)
    }

    fn aliases(&self, names: Vec<rp::Alias>) -> Vec<Alias> {
        let alias = |alias: rp::Alias| Alias {
            span: self.span_of(alias.range),
            name: identifier(alias.name),
            asname: alias.asname.map(identifier),
        };
        names.into_iter().map(alias).collect()
    }

    fn with_items(&mut self, items: Vec<rp::WithItem>) -> Result<Vec<WithItem>, Fail> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            out.push(WithItem {
                context_expr: self.expr(item.context_expr)?,
                optional_vars: match item.optional_vars {
                    Some(target) => Some(Box::new(self.target(*target, Purpose::Assign)?)),
                    None => None,
                },
            });
        }
        Ok(out)
    }

    fn handlers(&mut self, handlers: Vec<rp::ExceptHandler>) -> Result<Vec<ExceptHandler>, Fail> {
        let mut out = Vec::with_capacity(handlers.len());
        for rp::ExceptHandler::ExceptHandler(handler) in handlers {
            out.push(ExceptHandler {
                span: self.block_span(handler.range),
                type_: self.optional(handler.type_)?,
                name: handler.name.map(identifier),
                body: self.body(handler.body)?,
            });
        }
        Ok(out)
    }

    fn match_(&mut self, node: rp::StmtMatch) -> Result<StmtKind, Fail> {
        let mut keyword = self.program.token_at(node.range.start().into());
        while matches!(self.program.tokens[keyword].kind, Kind::Indent | Kind::Dedent) {
            keyword += 1;
        }
        let subject = self.subject(*node.subject, keyword)?;
        let mut cases = Vec::with_capacity(node.cases.len());
        for case in node.cases {
            cases.push(MatchCase {
                pattern: self.pattern(case.pattern)?,
                guard: self.optional(case.guard)?,
                body: self.body(case.body)?,
            });
        }
        Ok(StmtKind::Match { subject: Box::new(subject), cases })
    }

    /// The subject of a `match`: the grammar gives a tuple a wrong place, and loses one of one element.
    fn subject(&mut self, subject: rp::Expr, keyword: usize) -> Result<Expr, Fail> {
        let first = self.program.tokens[keyword + 1].start;
        // The header ends in `:` and a newline, and no newline token stands inside of it.
        let tokens = &self.program.tokens[keyword..];
        let newline = tokens.iter().position(|token| token.kind == Kind::Newline).unwrap_or(2);
        let last = self.program.tokens[keyword + newline.saturating_sub(2)];
        let span = self.span(first, last.end);
        let is_bare_tuple =
            matches!(&subject, rp::Expr::Tuple(tuple) if tuple.range.start() == node_start(keyword, self));
        let mut subject = self.expr(subject)?;
        if is_bare_tuple {
            subject.span = span;
        } else if last.kind == Kind::Comma {
            let kind = ExprKind::Tuple { elts: vec![subject], ctx: ExprContext::Load };
            subject = Expr { kind, span };
        }
        Ok(subject)
    }

    fn type_params(&mut self, params: Vec<rp::TypeParam>) -> Result<Vec<TypeParam>, Fail> {
        let mut out = Vec::with_capacity(params.len());
        for param in params {
            let range = param.range();
            let variadic = param.is_type_var_tuple();
            let (default_value, end) = self.type_param_default(range.end().into(), variadic)?;
            let span = self.span(range.start().into(), end);
            let kind = match param {
                rp::TypeParam::TypeVar(param) => TypeParamKind::TypeVar {
                    name: identifier(param.name),
                    bound: self.optional(param.bound)?,
                    default_value,
                },
                rp::TypeParam::ParamSpec(param) => {
                    TypeParamKind::ParamSpec { name: identifier(param.name), default_value }
                }
                rp::TypeParam::TypeVarTuple(param) => {
                    TypeParamKind::TypeVarTuple { name: identifier(param.name), default_value }
                }
            };
            out.push(TypeParam { kind, span });
        }
        Ok(out)
    }

    /// The default of the parameter that ends at `end`, and where the parameter ends with it.
    fn type_param_default(&mut self, end: u32, variadic: bool) -> Result<(Option<Box<Expr>>, u32), Fail> {
        let Some(default) = self.defaults.iter().find(|default| default.parameter_end == end) else {
            return Ok((None, end));
        };
        let (from, to) = (default.from, default.to);
        let (first, last) = (self.program.tokens[from], self.program.tokens[to - 1]);
        if first.kind == Kind::Star && !variadic {
            return Err(Fail::new("invalid syntax", first.start, first.end));
        }
        match self.program.run_grammar(from, to, RpMode::Expression) {
            Ok(parsed) => match parsed.module {
                rp::Mod::Expression(module) => Ok((Some(self.boxed(*module.body)?), last.end)),
                _ => Ok((None, end)),
            },
            Err(Rejected::With(fail)) => Err(fail),
            Err(Rejected::At(offset, _)) => {
                let token = self.program.tokens[self.program.token_at(offset).min(to)];
                Err(Fail::new("invalid syntax", token.start, token.end))
            }
        }
    }
}

fn node_start(keyword: usize, converter: &Converter<'_, '_>) -> rustpython_parser::text_size::TextSize {
    converter.program.tokens[keyword].start.into()
}
