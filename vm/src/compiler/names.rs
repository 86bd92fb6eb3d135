//! Loads, stores and deletions of names.

use pystm_parser::ast::Span;

use super::expr::Dest;
use super::scope::{Place, ScopeKind, Uses, mangle};
use super::unit::{Reg, Unit};
use super::{CompileError, Compiler, Result};
use crate::bytecode::{CodeFlags, LocalKind, Op};

/// Where a name is found at run time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// In a register.
    Fast(Reg),
    /// In a cell.
    Deref(Reg),
    /// In the class's namespace, else in the cell.
    ClassDeref(Reg),
    /// In the class namespace that the cell holds, else in the second cell.
    DictDeref(Reg, Reg),
    /// In the class namespace that the cell holds, else global.
    DictGlobal(Reg),
    /// Global or built-in.
    Global,
    /// In the frame's namespace, else global or built-in.
    Name,
}

impl Unit<'_> {
    /// Names of the free variables in the order of the closure.
    pub(super) fn free_names(&self) -> Vec<Box<str>> {
        self.locals
            .iter()
            .filter(|(_, kind)| *kind == LocalKind::Free)
            .map(|(name, _)| name.clone())
            .collect()
    }
}

impl Compiler<'_> {
    /// Makes the cells of the unit and, for a generator, the generator.
    pub(super) fn prologue(&mut self) {
        let scope = self.table.get(self.u.scope);
        if scope.kind.function_like() {
            self.u.add_flags(CodeFlags::OPTIMIZED | CodeFlags::NEWLOCALS);
            self.u.add_flags(match (scope.generator, scope.coroutine) {
                (false, false) => 0,
                (true, false) => CodeFlags::GENERATOR,
                (false, true) => CodeFlags::COROUTINE,
                (true, true) => CodeFlags::ASYNC_GENERATOR,
            });
            if scope.nested {
                self.u.add_flags(CodeFlags::NESTED);
            }
            if scope.is_method {
                self.u.add_flags(CodeFlags::METHOD);
            }
        } else if scope.is_async_def && scope.coroutine {
            self.u.add_flags(CodeFlags::COROUTINE);
        }
        let kinds: Vec<LocalKind> = self.u.locals.iter().map(|(_, kind)| *kind).collect();
        let free = kinds.iter().filter(|kind| **kind == LocalKind::Free).count() as u32;
        if free > 0 {
            let first = kinds.iter().position(|kind| *kind == LocalKind::Free).unwrap_or(0) as u32;
            let (first, free) = (self.u.builder.fit(first), self.u.builder.fit(free));
            self.u.emit(Op::CopyFree, first, free, 0);
        }
        for (reg, _) in kinds.iter().enumerate().filter(|(_, kind)| **kind == LocalKind::Cell) {
            let reg = self.u.builder.fit(reg as u32);
            self.u.emit(Op::MakeCell, reg, 0, 0);
        }
        let suspends = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
        if self.u.flags & suspends != 0 {
            self.u.emit(Op::ReturnGenerator, 0, 0, 0);
        }
    }

    /// A name as the current block knows it.
    pub(super) fn mangled(&self, name: &str) -> Box<str> {
        mangle(self.table.get(self.u.scope).private.as_ref(), name)
    }

    /// Where a (mangled) name is found.
    pub(super) fn find(&self, name: &str) -> Where {
        for inlined in self.u.inlined.iter().rev() {
            match self.table.get(inlined.scope).symbol(name).map(|s| s.place) {
                Some(Place::GlobalExplicit | Place::GlobalImplicit) => return Where::Global,
                Some(Place::Local) => {
                    return inlined.regs.get(name).map_or(Where::Global, |r| Where::Fast(*r));
                }
                Some(Place::Cell) => {
                    return inlined.regs.get(name).map_or(Where::Global, |r| Where::Deref(*r));
                }
                Some(Place::Free) | None => {}
            }
        }
        let scope = self.table.get(self.u.scope);
        let reg = self.u.regs.get(name).copied();
        if !self.u.inlined.is_empty() && !scope.kind.function_like() {
            // Comprehensions do not see the names of the class or module as such.
            return reg.map_or(Where::Global, Where::Deref);
        }
        let classdict = || match self.u.regs.get("__classdict__") {
            Some(reg) if scope.sees_class && name != "__classdict__" => Some(*reg),
            _ => None,
        };
        match (scope.symbol(name).unwrap_or_default().place, reg) {
            (Place::Local, Some(reg)) if scope.kind.function_like() => Where::Fast(reg),
            (Place::Local, _) => Where::Name,
            (Place::Cell | Place::Free, Some(reg)) => match classdict() {
                Some(dict) => Where::DictDeref(dict, reg),
                None if scope.kind == ScopeKind::Class => Where::ClassDeref(reg),
                None => Where::Deref(reg),
            },
            (Place::GlobalExplicit, _) => Where::Global,
            _ => match classdict() {
                Some(dict) => Where::DictGlobal(dict),
                None if scope.kind.function_like() => Where::Global,
                None => Where::Name,
            },
        }
    }

    /// Whether an assignment expression may bind this name again while an expression is evaluated.
    pub(super) fn rebindable(&self, name: &str) -> bool {
        self.table.get(self.u.scope).symbol(name).is_some_and(|s| s.uses.any(Uses::WALRUS))
    }

    /// Loads a name; with [`Dest::Any`] a local's own register.
    pub(super) fn load_name(&mut self, name: &str, dest: Dest) -> Reg {
        let name = self.mangled(name);
        self.load_mangled(&name, dest)
    }

    /// Loads a name that is mangled already.
    pub(super) fn load_mangled(&mut self, name: &str, dest: Dest) -> Reg {
        let place = self.find(name);
        if let Where::Fast(reg) = place {
            if self.u.bound.as_ref().is_some_and(|bound| !bound.has(reg)) {
                self.u.emit_name(Op::CheckBound, reg, 0, name);
                self.u.set_bound(reg);
            }
            if matches!(dest, Dest::Any) {
                return reg;
            }
        }
        let dst = self.target(dest);
        match place {
            Where::Fast(reg) if reg == dst => {}
            Where::Fast(reg) => self.u.emit(Op::Move, dst, reg, 0),
            Where::Deref(cell) => self.u.emit_name(Op::LoadDeref, dst, cell, name),
            Where::ClassDeref(cell) => {
                let mark = self.u.mark();
                let dict = self.u.temp();
                self.u.emit(Op::LoadLocals, dict, 0, 0);
                self.u.emit(Op::LoadFromDictOrDeref, dst, dict, cell);
                self.u.release(mark);
            }
            Where::DictDeref(..) | Where::DictGlobal(_) => {
                let (dict_cell, cell) = match place {
                    Where::DictDeref(dict, cell) => (dict, Some(cell)),
                    Where::DictGlobal(dict) => (dict, None),
                    _ => (dst, None),
                };
                let mark = self.u.mark();
                let dict = self.u.temp();
                self.u.emit_name(Op::LoadDeref, dict, dict_cell, "__classdict__");
                match cell {
                    Some(cell) => self.u.emit(Op::LoadFromDictOrDeref, dst, dict, cell),
                    None => self.u.emit_name(Op::LoadFromDictOrGlobal, dst, dict, name),
                }
                self.u.release(mark);
            }
            Where::Global => self.u.emit_name(Op::LoadGlobal, dst, 0, name),
            Where::Name => self.u.emit_name(Op::LoadName, dst, 0, name),
        }
        dst
    }

    /// Stores a register under a name.
    pub(super) fn store_name(&mut self, name: &str, value: Reg) {
        let name = self.mangled(name);
        self.store_mangled(&name, value);
    }

    /// Stores a register under a name that is mangled already.
    pub(super) fn store_mangled(&mut self, name: &str, value: Reg) {
        match self.find(name) {
            Where::Fast(reg) => {
                if reg != value {
                    self.u.emit(Op::Move, reg, value, 0);
                }
                self.u.set_bound(reg);
            }
            Where::Deref(cell) | Where::ClassDeref(cell) | Where::DictDeref(_, cell) => {
                self.u.emit(Op::StoreDeref, cell, value, 0);
            }
            Where::Global => self.u.emit_name(Op::StoreGlobal, value, 0, name),
            Where::Name | Where::DictGlobal(_) => self.u.emit_name(Op::StoreName, value, 0, name),
        }
    }

    /// `del name`
    pub(super) fn delete_name(&mut self, name: &str) {
        let name = self.mangled(name);
        match self.find(&name) {
            Where::Fast(reg) => {
                self.u.emit_name(Op::DeleteFast, reg, 0, &name);
                self.u.set_unbound(reg);
            }
            Where::Deref(cell) | Where::ClassDeref(cell) | Where::DictDeref(_, cell) => {
                self.u.emit_name(Op::DeleteDeref, 0, cell, &name);
            }
            Where::Global => self.u.emit_name(Op::DeleteGlobal, 0, 0, &name),
            Where::Name | Where::DictGlobal(_) => self.u.emit_name(Op::DeleteName, 0, 0, &name),
        }
    }

    /// Refuses to bind `__debug__`.
    pub(super) fn check_assignable(&self, name: &str, span: Span, delete: bool) -> Result<()> {
        if name != "__debug__" {
            return Ok(());
        }
        let what = if delete { "cannot delete __debug__" } else { "cannot assign to __debug__" };
        Err(CompileError::syntax(span, what))
    }
}
