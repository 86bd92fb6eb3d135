//! The code unit under construction: its registers, control-flow state and open blocks.

use std::collections::HashMap;

use pystm_parser::ast::{ExceptHandler, Span, Stmt};

use super::flow::Bound;
use super::scope::{Place, Scope, ScopeId, ScopeTable, Uses};
use crate::bytecode::builder::{Builder, Handler, Label};
use crate::bytecode::{CALL_LINKS, CodeFlags, Const, LocalKind, Op, Position};

/// A register number.
pub(super) type Reg = u16;

/// Something that leaving early has to undo.
#[derive(Clone, Copy)]
pub(super) enum Block<'a> {
    /// A loop: where `break` and `continue` go.
    Loop { end: Label, next: Label },
    /// The body of `try ... except`.
    Try,
    /// The body of `try ... finally`.
    Finally { body: &'a [Stmt] },
    /// The `finally` block run for an exception: the exception is in `exc`.
    FinallyHandler { exc: Reg },
    /// The body of an `except` clause.
    Handler { exc: Reg, clause: &'a ExceptHandler },
    /// The clauses of an `except*` statement.
    StarHandler,
    /// The body of `with`: the exit method's window begins at `exit`.
    With(WithExit),
}

/// How a `with` block is left.
#[derive(Clone, Copy)]
pub(super) struct WithExit {
    /// Window of the exit method: the callable and, four registers above, its `self`.
    pub(super) window: Reg,
    /// The context expression, for positions.
    pub(super) span: Span,
    pub(super) is_async: bool,
}

/// An open block and the handler that is active outside it.
#[derive(Clone, Copy)]
pub(super) struct OpenBlock<'a> {
    pub(super) block: Block<'a>,
    pub(super) outer: Option<Handler>,
}

/// Registers of an inlined comprehension's own variables.
pub(super) struct Inlined {
    pub(super) scope: ScopeId,
    pub(super) regs: HashMap<Box<str>, Reg>,
}

/// A code unit under construction.
pub(super) struct Unit<'a> {
    pub(super) builder: Builder,
    pub(super) scope: ScopeId,
    pub(super) name: Box<str>,
    pub(super) qualname: Box<str>,
    pub(super) first_line: u32,
    pub(super) flags: u32,
    pub(super) arg_count: u32,
    pub(super) posonly_count: u32,
    pub(super) kwonly_count: u32,
    pub(super) locals: Vec<(Box<str>, LocalKind)>,
    pub(super) regs: HashMap<Box<str>, Reg>,
    /// Hidden registers of inlined comprehensions, by depth and name.
    pub(super) hidden: HashMap<(usize, Box<str>, bool), Reg>,
    pub(super) inlined: Vec<Inlined>,
    /// Registers of variables that are deleted somewhere.
    pub(super) deleted: Vec<Reg>,
    /// What is bound here; nothing where no code arrives.
    pub(super) bound: Option<Bound>,
    label_states: HashMap<u32, Bound>,
    pub(super) blocks: Vec<OpenBlock<'a>>,
    next: u32,
    max: u32,
    /// Names of `self.x = ...` in the methods of a class.
    pub(super) static_attributes: Vec<Box<str>>,
    /// Annotations of the module or class that may not be reached: address of the target to index.
    pub(super) conditional_annotations: HashMap<usize, u32>,
}

impl<'a> Unit<'a> {
    /// A unit for a scope with its named registers laid out.
    pub(super) fn new(
        table: &ScopeTable,
        id: ScopeId,
        name: &str,
        qualname: Box<str>,
        first_line: u32,
    ) -> Unit<'a> {
        let mut unit = Unit {
            builder: Builder::new(),
            scope: id,
            name: name.into(),
            qualname,
            first_line,
            flags: 0,
            arg_count: 0,
            posonly_count: 0,
            kwonly_count: 0,
            locals: Vec::new(),
            regs: HashMap::new(),
            hidden: HashMap::new(),
            inlined: Vec::new(),
            deleted: Vec::new(),
            bound: Some(Bound::default()),
            label_states: HashMap::new(),
            blocks: Vec::new(),
            next: 0,
            max: 0,
            static_attributes: Vec::new(),
            conditional_annotations: HashMap::new(),
        };
        unit.lay_out(table, table.get(id));
        unit
    }

    /// Gives every named local its register: parameters, other locals, cells, free variables, hidden ones.
    fn lay_out(&mut self, table: &ScopeTable, scope: &Scope) {
        let kind_of = |place| if place == Place::Cell { LocalKind::Cell } else { LocalKind::Fast };
        let mut bound = Bound::default();
        for name in &scope.params {
            let place = scope.symbol(name).unwrap_or_default().place;
            let shown = if &**name == ".format" { "format" } else { name };
            let reg = self.named(shown, kind_of(place));
            bound.set(reg);
            self.regs.insert(name.clone(), reg);
        }
        let (mut cells, mut free) = (Vec::new(), Vec::new());
        for name in &scope.order {
            let symbol = scope.symbol(name).unwrap_or_default();
            match symbol.place {
                _ if self.regs.contains_key(name) => {}
                Place::Local if scope.kind.function_like() => {
                    let reg = self.named(name, LocalKind::Fast);
                    self.regs.insert(name.clone(), reg);
                }
                Place::Cell => cells.push(name),
                Place::Free => free.push(name),
                _ if symbol.uses.any(Uses::FREE_CLASS) => free.push(name),
                _ => {}
            }
        }
        // As CPython orders them, whose programs see the order in closures.
        cells.sort();
        free.sort();
        for name in cells {
            let reg = self.named(name, LocalKind::Cell);
            self.regs.insert(name.clone(), reg);
        }
        for (needed, name) in
            [(scope.needs_class_cell, "__class__"), (scope.needs_classdict, "__classdict__")]
        {
            if needed {
                let reg = self.named(name, LocalKind::Cell);
                self.regs.insert(name.into(), reg);
            }
        }
        for name in free {
            let reg = self.named(name, LocalKind::Free);
            self.regs.insert(name.clone(), reg);
        }
        self.lay_out_inlined(table, scope, 0);
        for name in &scope.order {
            if scope.symbol(name).unwrap_or_default().uses.any(Uses::DELETED)
                && let Some(reg) = self.regs.get(name)
            {
                self.deleted.push(*reg);
            }
        }
        self.bound = Some(bound);
        self.next = self.locals.len() as u32;
        self.max = self.next;
    }

    /// Hidden registers for the comprehensions that are compiled into this unit. Comprehensions that never run
    /// inside each other share registers of the same name.
    fn lay_out_inlined(&mut self, table: &ScopeTable, scope: &Scope, depth: usize) {
        for child in scope.children.iter().map(|id| table.get(*id)).filter(|child| child.inlined) {
            for name in &child.order {
                let place = child.symbol(name).unwrap_or_default().place;
                if name.as_ref() == ".0" || !matches!(place, Place::Local | Place::Cell) {
                    continue;
                }
                let key = (depth, name.clone(), place == Place::Cell);
                if !self.hidden.contains_key(&key) {
                    let reg = self.named(name, LocalKind::Hidden);
                    self.hidden.insert(key, reg);
                }
            }
            self.lay_out_inlined(table, child, depth + 1);
        }
    }

    fn named(&mut self, name: &str, kind: LocalKind) -> Reg {
        self.locals.push((name.into(), kind));
        self.builder.fit(self.locals.len() as u32 - 1)
    }

    // ---- temporaries

    /// The first free temporary; give it to [`Unit::release`] to free what was allocated since.
    pub(super) fn mark(&self) -> u32 {
        self.next
    }

    /// Frees the temporaries from `mark` on.
    pub(super) fn release(&mut self, mark: u32) {
        self.next = mark;
    }

    /// Allocates a temporary.
    pub(super) fn temp(&mut self) -> Reg {
        self.temps(1)
    }

    /// Allocates `n` temporaries in a row; the first of them.
    pub(super) fn temps(&mut self, n: u32) -> Reg {
        let first = self.next;
        self.next += n;
        self.max = self.max.max(self.next);
        self.builder.fit(first)
    }

    /// Allocates the callable and the links of a call; arguments follow as temporaries.
    pub(super) fn window(&mut self) -> Reg {
        self.temps(u32::from(CALL_LINKS))
    }

    /// Number of registers of the window: links of a last call without arguments included.
    pub(super) fn registers(&self) -> u32 {
        self.max + 1
    }

    /// Whether the register holds a named local.
    pub(super) fn is_named(&self, reg: Reg) -> bool {
        usize::from(reg) < self.locals.len()
    }

    // ---- instructions; where no code arrives, nothing is emitted

    /// Whether code arrives here.
    pub(super) fn reachable(&self) -> bool {
        self.bound.is_some()
    }

    /// Emits an instruction.
    pub(super) fn emit(&mut self, op: Op, a: u16, b: u16, c: u16) {
        if self.reachable() {
            self.builder.emit(op, a, b, c);
        }
        if matches!(op, Op::Return | Op::ReturnNone | Op::Raise | Op::Reraise) {
            self.bound = None;
        }
    }

    /// Emits an instruction with a name as operand c.
    pub(super) fn emit_name(&mut self, op: Op, a: u16, b: u16, name: &str) {
        if self.reachable() {
            let name = self.builder.name(name);
            self.builder.emit(op, a, b, name);
        }
    }

    /// Loads a constant into a register.
    pub(super) fn load_const(&mut self, reg: Reg, value: Const) {
        if !self.reachable() {
            return;
        }
        match value {
            Const::None => self.builder.emit(Op::LoadNone, reg, 0, 0),
            Const::True => self.builder.emit(Op::LoadTrue, reg, 0, 0),
            Const::False => self.builder.emit(Op::LoadFalse, reg, 0, 0),
            Const::Int(ref n) if i32::try_from(n).is_ok() => {
                self.builder.emit_int(Op::LoadInt, reg, i32::try_from(n).unwrap_or(0));
            }
            value => {
                let index = self.builder.constant(value);
                self.builder.emit_const(Op::LoadConst, reg, index);
            }
        }
    }

    /// Emits a jump.
    pub(super) fn jump(&mut self, op: Op, a: u16, b: u16, c: u16, label: Label) {
        let Some(bound) = &self.bound else { return };
        self.builder.emit_jump(op, a, b, c, label);
        match self.label_states.get_mut(&label.id()) {
            Some(state) => state.intersect(bound),
            None => drop(self.label_states.insert(label.id(), bound.clone())),
        }
        if op == Op::Jump {
            self.bound = None;
        }
    }

    /// Goes to a label.
    pub(super) fn goto(&mut self, label: Label) {
        self.jump(Op::Jump, 0, 0, 0, label);
    }

    /// A new label.
    pub(super) fn label(&mut self) -> Label {
        self.builder.label()
    }

    /// Puts a label that earlier code jumps to.
    pub(super) fn place(&mut self, label: Label) {
        self.builder.place(label);
        match (&mut self.bound, self.label_states.remove(&label.id())) {
            (Some(bound), Some(state)) => bound.intersect(&state),
            (bound @ None, state) => *bound = state,
            (Some(_), None) => {}
        }
    }

    /// Puts a label that only later code jumps to, from a state that grew out of `entry`.
    pub(super) fn place_head(&mut self, label: Label, entry: Option<Bound>) {
        self.builder.place(label);
        self.bound = entry.map(|bound| self.without_deleted(bound));
    }

    /// Puts a handler's label: control comes from anywhere after `entry`.
    pub(super) fn place_handler(&mut self, label: Label, entry: Option<Bound>) {
        self.place_head(label, entry);
    }

    fn without_deleted(&self, mut bound: Bound) -> Bound {
        self.deleted.iter().for_each(|reg| bound.clear(*reg));
        bound
    }

    /// Notes that a register is bound now.
    pub(super) fn set_bound(&mut self, reg: Reg) {
        if self.is_named(reg)
            && let Some(bound) = &mut self.bound
        {
            bound.set(reg);
        }
    }

    /// Notes that a register is unset now.
    pub(super) fn set_unbound(&mut self, reg: Reg) {
        if let Some(bound) = &mut self.bound {
            bound.clear(reg);
        }
    }

    /// Sets the position of the instructions that follow; returns the one before.
    pub(super) fn at(&mut self, span: Span) -> Position {
        let before = self.builder.position();
        self.builder.set_position(position(span));
        before
    }

    /// Makes the code's flags say what the scope's kind implies.
    pub(super) fn add_flags(&mut self, flags: u32) {
        self.flags |= flags;
    }

    /// The flags so far.
    pub(super) fn has_flag(&self, flag: u32) -> bool {
        CodeFlags(self.flags).has(flag)
    }
}

/// A span as a position.
pub(super) fn position(span: Span) -> Position {
    Position { line: span.line, end_line: span.end_line, col: span.col, end_col: span.end_col }
}
