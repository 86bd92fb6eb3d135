//! Comprehensions, compiled into the code around them, and generator expressions.

use std::collections::HashMap;

use pystm_parser::ast::*;

use super::expr::Dest;
use super::scope::{Comp, Place, Role, Scope, ScopeId, ScopeKind};
use super::unit::{Inlined, Reg};
use super::{CompileError, Compiler, Result};
use crate::bytecode::builder::Label;
use crate::bytecode::{CodeFlags, Intrinsic, Op};

/// What a comprehension makes of each round.
#[derive(Clone, Copy)]
struct Element<'a> {
    /// The element, or the key of a dict comprehension.
    elt: &'a Expr,
    value: Option<&'a Expr>,
    kind: Comp,
    /// The list, set or dict under construction.
    result: Reg,
}

impl<'a> Compiler<'a> {
    pub(super) fn comprehension(
        &mut self,
        e: &'a Expr,
        elt: &'a Expr,
        value: Option<&'a Expr>,
        generators: &'a [Comprehension],
        dest: Dest,
    ) -> Result<Reg> {
        let table = self.table;
        let Some(id) = table.of(Role::Body, e) else { return Ok(self.target(dest)) };
        let scope = table.get(id);
        let ScopeKind::Comprehension(kind) = scope.kind else { return Ok(self.target(dest)) };
        if scope.coroutine && kind != Comp::Generator && !self.in_async() {
            let message = "asynchronous comprehension outside of an asynchronous function";
            return Err(CompileError::syntax(e.span, message));
        }
        let Some(first) = generators.first() else { return Ok(self.target(dest)) };
        if scope.inlined {
            return self.inline(id, scope, Element { elt, value, kind, result: 0 }, generators, dest);
        }
        let name = match kind {
            Comp::List => "<listcomp>",
            Comp::Set => "<setcomp>",
            Comp::Dict => "<dictcomp>",
            Comp::Generator => "<genexpr>",
        };
        let mark = self.u.mark();
        self.enter(id, name, e.span.line);
        self.u.arg_count = 1;
        self.u.at(e.span);
        let element = Element { elt, value, kind, result: 0 };
        if kind == Comp::Generator {
            self.rounds(element, generators)?;
            self.u.emit(Op::ReturnNone, 0, 0, 0);
        } else {
            let result = self.u.temp();
            self.empty(kind, result);
            self.rounds(Element { result, ..element }, generators)?;
            self.u.emit(Op::Return, result, 0, 0);
        }
        let (code, free) = self.leave()?;
        let base = self.make_function(code, &free);
        self.u.release(mark);
        self.u.window();
        let iterable = self.u.temp();
        let inner = self.u.mark();
        let value = self.iterable(&first.iter)?;
        self.u.at(first.iter.span);
        if first.is_async {
            self.u.emit(Op::GetAiter, iterable, value, 0);
        } else {
            self.u.emit(Op::Intrinsic, iterable, value, Intrinsic::Iter as u16);
        }
        self.u.release(inner);
        self.u.at(e.span);
        self.u.emit(Op::Call, base, 1, 0);
        if scope.coroutine && kind != Comp::Generator {
            self.u.release(mark);
            self.u.temp();
            self.await_in(base, 0);
        }
        Ok(self.settle(dest, base, mark))
    }

    /// Whether the current code may await: an async function, or a comprehension in one.
    pub(super) fn in_async(&self) -> bool {
        let suspends = CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
        let scope = self.table.get(self.u.scope);
        match scope.kind {
            ScopeKind::Comprehension(_) => true,
            ScopeKind::Function | ScopeKind::Module => self.u.flags & suspends != 0 && scope.is_async_def,
            _ => false,
        }
    }

    fn empty(&mut self, kind: Comp, dst: Reg) {
        let op = match kind {
            Comp::Set => Op::BuildSet,
            Comp::Dict => Op::BuildMap,
            Comp::List | Comp::Generator => Op::BuildList,
        };
        self.u.emit(op, dst, dst, 0);
    }

    /// The iterable of a `for`; a display is taken as a tuple.
    pub(super) fn iterable(&mut self, e: &'a Expr) -> Result<Reg> {
        match (&e.kind, self.fold_container(e)) {
            (_, Some(value)) => {
                let reg = self.u.temp();
                self.u.load_const(reg, value);
                Ok(reg)
            }
            (ExprKind::List { elts, .. }, None) => self.tuple(elts, Dest::Any),
            _ => self.operand(e),
        }
    }

    /// A list, set or dict comprehension as part of the current unit: its variables get hidden registers.
    fn inline(
        &mut self,
        id: ScopeId,
        scope: &Scope,
        element: Element<'a>,
        generators: &'a [Comprehension],
        dest: Dest,
    ) -> Result<Reg> {
        let Some((first, rest)) = generators.split_first() else { return Ok(self.target(dest)) };
        let position = self.u.builder.position();
        let mark = self.u.mark();
        let result = self.scratch(dest);
        // The outermost iterable belongs to the code around the comprehension.
        let state = self.u.temps(3);
        let inner = self.u.mark();
        let iterable = self.iterable(&first.iter)?;
        self.u.at(first.iter.span);
        self.u.emit(if first.is_async { Op::GetAiter } else { Op::GetIter }, state, iterable, 0);
        self.u.release(inner);
        self.u.builder.set_position(position);

        let depth = self.u.inlined.len();
        let mut regs = HashMap::new();
        for name in &scope.order {
            let place = scope.symbol(name).unwrap_or_default().place;
            if let Some(reg) = self.u.hidden.get(&(depth, name.clone(), place == Place::Cell)) {
                regs.insert(name.clone(), (*reg, place == Place::Cell));
            }
        }
        let mut hidden: Vec<(Reg, bool)> = regs.values().copied().collect();
        hidden.sort_unstable();
        for (reg, is_cell) in &hidden {
            if *is_cell {
                self.u.emit(Op::MakeCell, *reg, 0, 0);
            }
            self.u.set_unbound(*reg);
        }
        let regs = regs.into_iter().map(|(name, (reg, _))| (name, reg)).collect();
        self.u.inlined.push(Inlined { scope: id, regs });
        // In a function whose frame may live on after an exception, the variables must not.
        let outer = self.u.builder.handler();
        let guarded = outer.is_some() && !hidden.is_empty();
        let failed = self.u.label();
        let exc = self.u.temp();
        if guarded {
            let handler = self.u.builder.new_handler(failed, exc);
            self.u.builder.set_handler(Some(handler));
        }
        let entry = self.u.bound.clone();
        self.empty(element.kind, result);
        let done = self.round(Element { result, ..element }, first, rest, state);
        self.u.inlined.pop();
        done?;
        self.u.builder.set_handler(outer);
        let unset = |compiler: &mut Self| {
            for (reg, _) in &hidden {
                compiler.u.emit(Op::Unset, *reg, 0, 0);
                compiler.u.set_unbound(*reg);
            }
        };
        unset(self);
        if guarded {
            let end = self.u.label();
            self.u.goto(end);
            self.u.place_handler(failed, entry);
            unset(self);
            self.u.emit(Op::Reraise, exc, 0, 0);
            self.u.place(end);
        }
        Ok(self.settle(dest, result, mark))
    }

    /// The loops of a comprehension in its own function: the outermost iterator is the parameter `.0`.
    fn rounds(&mut self, element: Element<'a>, generators: &'a [Comprehension]) -> Result<()> {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        let mark = self.u.mark();
        let state = self.u.temps(3);
        self.u.at(first.iter.span);
        self.u.emit(if first.is_async { Op::Move } else { Op::UseIter }, state, 0, 0);
        self.round(element, first, rest, state)?;
        self.u.release(mark);
        Ok(())
    }

    /// One `for` of a comprehension with what is inside it.
    fn round(
        &mut self,
        element: Element<'a>,
        generator: &'a Comprehension,
        rest: &'a [Comprehension],
        state: Reg,
    ) -> Result<()> {
        let (body, next, exhausted) = (self.u.label(), self.u.label(), self.u.label());
        let entry = self.u.bound.clone();
        let position = self.u.builder.position();
        let mark = self.u.mark();
        let target = &generator.target;
        let handler = self.u.builder.handler();
        if generator.is_async {
            self.u.place_head(next, entry.clone());
            let item = self.async_next(state, exhausted, generator.iter.span);
            self.store(target, item)?;
        } else {
            self.u.goto(next);
            self.u.place_head(body, entry.clone());
            let item = self.loop_item(target);
            self.store_loop_item(target, item)?;
        }
        self.u.release(mark);
        for test in &generator.ifs {
            self.jump_if(test, next, false)?;
        }
        self.u.builder.set_position(position);
        self.inside(element, rest, next)?;
        self.u.release(mark);
        if generator.is_async {
            self.u.goto(next);
            self.end_async_next(state, exhausted, entry, handler, generator.iter.span);
        } else {
            self.u.place(next);
            let item = self.loop_item(target);
            self.u.at(generator.iter.span);
            self.u.jump(Op::ForIter, item, state, 0, body);
            self.u.release(mark);
        }
        self.u.builder.set_position(position);
        Ok(())
    }

    /// What stands inside a `for` and its `if`s: further ones, or the element.
    fn inside(&mut self, element: Element<'a>, generators: &'a [Comprehension], next: Label) -> Result<()> {
        let Some((generator, rest)) = generators.split_first() else { return self.element(element) };
        let mark = self.u.mark();
        if let (false, Some(only)) = (generator.is_async, single_item(&generator.iter)) {
            // `for x in [value]` is an assignment.
            let value = self.operand(only)?;
            self.store(&generator.target, value)?;
            self.u.release(mark);
            for test in &generator.ifs {
                self.jump_if(test, next, false)?;
            }
            return self.inside(element, rest, next);
        }
        let position = self.u.builder.position();
        let state = self.u.temps(3);
        let level = self.u.mark();
        let iterable = self.iterable(&generator.iter)?;
        self.u.at(generator.iter.span);
        self.u.emit(if generator.is_async { Op::GetAiter } else { Op::GetIter }, state, iterable, 0);
        self.u.release(level);
        self.u.builder.set_position(position);
        self.round(element, generator, rest, state)?;
        self.u.release(mark);
        Ok(())
    }

    fn element(&mut self, element: Element<'a>) -> Result<()> {
        let mark = self.u.mark();
        let Element { elt, value, kind, result } = element;
        match (kind, value) {
            (Comp::Generator, _) => {
                self.u.at(elt.span);
                let item = self.operand(elt)?;
                let dst = self.u.temp();
                self.yield_value(dst, item);
            }
            (_, Some(value)) => {
                let key = self.early_operand(elt)?;
                let value = self.operand(value)?;
                self.u.emit(Op::MapAdd, result, key, value);
            }
            (kind, None) => {
                let item = self.operand(elt)?;
                self.u.emit(if kind == Comp::Set { Op::SetAdd } else { Op::ListAppend }, result, item, 0);
            }
        }
        self.u.release(mark);
        Ok(())
    }
}

/// The item of a display with exactly one.
fn single_item(e: &Expr) -> Option<&Expr> {
    let (ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. }) = &e.kind else { return None };
    match &elts[..] {
        [only] if !matches!(only.kind, ExprKind::Starred { .. }) => Some(only),
        _ => None,
    }
}
