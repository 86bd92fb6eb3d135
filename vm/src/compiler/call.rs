//! Calls, method calls and `super()`.

use pystm_parser::ast::*;

use super::expr::Dest;
use super::names::Where;
use super::scope::ScopeKind;
use super::unit::Reg;
use super::{CompileError, Compiler, Result, str_const};
use crate::bytecode::{CALL_LINKS, Const, LocalKind, Op};

/// Arguments beyond this number are passed as a tuple.
const MAX_WINDOW: usize = 250;

/// What a call is made of besides its callable.
#[derive(Clone, Copy)]
pub(super) struct CallArgs<'a> {
    pub(super) args: &'a [Expr],
    pub(super) keywords: &'a [Keyword],
    /// Arguments that are in the window already (`__build_class__`).
    pub(super) prefix: u16,
    /// A local that is passed behind the positional arguments (`Generic[...]` of a generic class).
    pub(super) last: Option<Reg>,
}

impl CallArgs<'_> {
    /// Whether the arguments cannot simply be laid out as registers.
    fn complex(&self) -> bool {
        self.args.iter().any(|a| matches!(a.kind, ExprKind::Starred { .. }))
            || self.keywords.iter().any(|k| k.arg.is_none())
            || self.args.len() + self.keywords.len() > MAX_WINDOW
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn call(
        &mut self,
        e: &'a Expr,
        func: &'a Expr,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        dest: Dest,
    ) -> Result<Reg> {
        self.check_keywords(keywords)?;
        self.check_caller(func);
        let mark = self.u.mark();
        let call = CallArgs { args, keywords, prefix: 0, last: None };
        if let ExprKind::Attribute { value, attr, .. } = &func.kind
            && !call.complex()
        {
            let base = self.method(func, value, attr)?;
            let (count, names) = self.window_args(call)?;
            self.u.at(method_span(e, func));
            self.u.emit(Op::CallMethod, base, count, names);
            return Ok(self.settle(dest, base, mark));
        }
        let base = self.push(func)?;
        self.u.release(mark);
        self.u.window();
        self.call_at(base, call, e.span)?;
        Ok(self.settle(dest, base, mark))
    }

    /// Calls what is in `base`, the first register of a window at the top of the temporaries.
    pub(super) fn call_at(&mut self, base: Reg, call: CallArgs<'a>, span: Span) -> Result<()> {
        if call.complex() {
            return self.call_ex(base, call, span);
        }
        let (count, names) = self.window_args(call)?;
        self.u.at(span);
        self.u.emit(Op::Call, base, count, names);
        Ok(())
    }

    /// Loads a method into a new window; the window and the slot of `self` are allocated.
    fn method(&mut self, func: &'a Expr, value: &'a Expr, attr: &str) -> Result<Reg> {
        let name = self.mangled(attr);
        let mark = self.u.mark();
        let (op, object) = match self.super_operands(value, attr)? {
            Some(first) => (Op::LoadSuperMethod, first),
            None => (Op::LoadMethod, self.operand(value)?),
        };
        self.u.release(mark);
        let base = self.u.window();
        self.u.temp();
        self.u.at(attribute_span(func));
        self.u.emit_name(op, base, object, &name);
        Ok(base)
    }

    /// Pushes plain arguments; their number and the keyword-name operand.
    fn window_args(&mut self, call: CallArgs<'a>) -> Result<(u16, u16)> {
        for arg in call.args {
            self.push(arg)?;
        }
        if let Some(last) = call.last {
            let reg = self.u.temp();
            self.u.emit(Op::Move, reg, last, 0);
        }
        for keyword in call.keywords {
            self.push(&keyword.value)?;
        }
        let names: Vec<Const> =
            call.keywords.iter().filter_map(|k| k.arg.as_deref()).map(str_const).collect();
        let count = usize::from(call.prefix)
            + call.args.len()
            + call.keywords.len()
            + usize::from(call.last.is_some());
        let count = self.u.builder.fit(count as u32);
        if names.is_empty() || !self.u.reachable() {
            return Ok((count, 0));
        }
        let index = self.u.builder.constant(Const::Tuple(names));
        let index = self.u.builder.fit(index + 1);
        Ok((count, index))
    }

    /// A call with `*` or `**`, or with very many arguments.
    fn call_ex(&mut self, base: Reg, call: CallArgs<'a>, span: Span) -> Result<()> {
        let positional = base + CALL_LINKS;
        match call.args {
            [Expr { kind: ExprKind::Starred { value, .. }, .. }]
                if call.last.is_none() && call.prefix == 0 =>
            {
                // The one iterable is passed as it is.
                self.u.temp();
                self.expr(value, Dest::Reg(positional))?;
            }
            args if call.last.is_none() && call.prefix == 0 => {
                self.u.temp();
                match self.fold_all(args) {
                    Some(values) => self.u.load_const(positional, Const::Tuple(values)),
                    None => drop(self.tuple(args, Dest::Reg(positional))?),
                }
            }
            args => {
                if call.prefix == 0 {
                    self.u.temp();
                }
                let mark = self.u.mark();
                let list = self.u.temp();
                self.u.emit(Op::BuildList, list, positional, call.prefix);
                self.append_elements(args, list, true)?;
                if let Some(last) = call.last {
                    self.u.emit(Op::ListAppend, list, last, 0);
                }
                self.u.emit(Op::ListToTuple, positional, list, 0);
                self.u.release(mark);
            }
        }
        self.u.release(u32::from(positional) + 1);
        let named = self.u.temp();
        if call.keywords.is_empty() {
            self.u.emit(Op::Unset, named, 0, 0);
        } else {
            self.keyword_dict(base, named, call.keywords)?;
        }
        self.u.at(span);
        self.u.emit(Op::CallEx, base, 0, 0);
        Ok(())
    }

    /// Collects keyword arguments into a dict; duplicates are errors of a call of `callable`.
    fn keyword_dict(&mut self, callable: Reg, dict: Reg, keywords: &'a [Keyword]) -> Result<()> {
        let mut rest = keywords;
        let mut begun = false;
        while let Some(first) = rest.first() {
            let mark = self.u.mark();
            if first.arg.is_none() {
                if !begun {
                    self.u.emit(Op::BuildMap, dict, dict, 0);
                }
                let mapping = self.operand(&first.value)?;
                self.u.emit(Op::DictMerge, dict, mapping, callable);
                rest = &rest[1..];
            } else {
                let run = rest.iter().take_while(|k| k.arg.is_some()).count().min(MAX_WINDOW / 2);
                let (pairs, after) = rest.split_at(run);
                for keyword in pairs {
                    let key = self.u.temp();
                    let name = keyword.arg.as_deref().unwrap_or_default();
                    self.u.load_const(key, str_const(name));
                    self.push(&keyword.value)?;
                }
                let start = self.u.builder.fit(mark);
                let target = if begun { start } else { dict };
                self.u.emit(Op::BuildMap, target, start, pairs.len() as u16);
                if begun {
                    self.u.emit(Op::DictMerge, dict, start, callable);
                }
                rest = after;
            }
            begun = true;
            self.u.release(mark);
        }
        Ok(())
    }

    fn check_keywords(&self, keywords: &[Keyword]) -> Result<()> {
        for (i, keyword) in keywords.iter().enumerate() {
            let Some(name) = &keyword.arg else { continue };
            self.check_assignable(name, keyword.span, false)?;
            if keywords[..i].iter().any(|k| k.arg.as_ref() == Some(name)) {
                return Err(CompileError::syntax(keyword.span, format!("keyword argument repeated: {name}")));
            }
        }
        Ok(())
    }

    /// For `super()` and `super(a, b)` that mean the builtin: loads the callable and the two arguments into
    /// consecutive registers, the first of which is returned.
    pub(super) fn super_operands(&mut self, e: &'a Expr, attr: &str) -> Result<Option<Reg>> {
        let ExprKind::Call { func, args, keywords } = &e.kind else { return Ok(None) };
        let ExprKind::Name { id, .. } = &func.kind else { return Ok(None) };
        let scope = self.table.get(self.u.scope);
        let plain = keywords.is_empty() && !args.iter().any(|a| matches!(a.kind, ExprKind::Starred { .. }));
        if &**id != "super"
            || attr == "__class__"
            || !plain
            || !scope.kind.function_like()
            || self.find("super") != Where::Global
        {
            return Ok(None);
        }
        let before = self.u.at(func.span);
        let first = match &args[..] {
            [class, object] => {
                let first = self.load_name("super", Dest::Push);
                self.push(class)?;
                self.push(object)?;
                first
            }
            [] if self.u.inlined.is_empty() && scope.kind != ScopeKind::Module && self.u.arg_count > 0 => {
                let Where::Deref(class) = self.find("__class__") else { return Ok(None) };
                let first = self.load_name("super", Dest::Push);
                self.u.at(e.span);
                let reg = self.u.temp();
                self.u.emit_name(Op::LoadDeref, reg, class, "__class__");
                let reg = self.u.temp();
                let is_cell = matches!(self.u.locals.first(), Some((_, LocalKind::Cell)));
                let name = self.u.locals.first().map(|(name, _)| name.clone()).unwrap_or_default();
                if is_cell {
                    self.u.emit_name(Op::LoadDeref, reg, 0, &name);
                } else {
                    self.load_mangled(&name, Dest::Reg(reg));
                }
                first
            }
            _ => return Ok(None),
        };
        self.u.builder.set_position(before);
        Ok(Some(first))
    }
}

/// The position of an attribute access: from the name on if that is on another line than the object.
pub(super) fn attribute_span(func: &Expr) -> Span {
    let ExprKind::Attribute { attr, .. } = &func.kind else { return func.span };
    let span = func.span;
    if span.line == span.end_line {
        return span;
    }
    let col = span.end_col.saturating_sub(attr.len() as u32);
    Span { line: span.end_line, col, ..span }
}

/// The position of a method call: as [`attribute_span`], to the end of the call.
fn method_span(call: &Expr, func: &Expr) -> Span {
    let start = attribute_span(func);
    Span { line: start.line, col: start.col, ..call.span }
}
