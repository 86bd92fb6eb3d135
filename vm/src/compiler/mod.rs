//! Syntax tree to bytecode.
//!
//! [`compile`] first works out the scopes (`scope`), then walks the tree once per code unit and emits register
//! code. The compiler knows nothing of the heap: its result is a [`CodeUnit`] that may be written to disk.
//!
//! In reading order: `scope` (where names live), `unit` (registers, control flow and open blocks of the code under
//! construction), `names`, `fold` (constants), `expr` and its companions `cond`, `call`, `display`, `comp`,
//! `strings`, `suspend`; `stmt` and its companions `assign`, `loops`, `unwind`, `with`, `exceptions`, `except_star`,
//! `function`, `class`, `annotations`, `type_params`, `import`, `pattern`; `check` (warnings), `future`;
//! `symbols` shows the scopes to the module `symtable`.

mod annotations;
mod assign;
mod call;
mod check;
mod class;
mod comp;
mod cond;
mod display;
mod error;
mod except_star;
mod exceptions;
mod expr;
mod flow;
mod fold;
mod function;
mod future;
mod import;
mod loops;
mod names;
mod pattern;
mod scope;
mod stmt;
mod strings;
mod suspend;
pub mod symbols;
mod type_params;
mod unit;
mod unparse;
mod unwind;
mod with;

use std::cell::RefCell;
use std::collections::HashSet;

use pystm_parser::ast::{Mod, Span};

use crate::bytecode::{CodeFlags, CodeUnit, Const, Positions};
use scope::{ScopeId, ScopeKind, ScopeTable};
use unit::Unit;

pub use error::{CompileError, CompileErrorKind, CompileWarning};

type Result<T> = std::result::Result<T, CompileError>;

/// How to compile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// 0: all; 1: without assertions and with `__debug__` false; 2: without docstrings, too.
    pub optimize: u8,
    /// `from __future__ import annotations` is inherited from the code that compiles this.
    pub future_annotations: bool,
    /// `await` is allowed outside of functions: module code that has it makes a coroutine.
    pub top_level_await: bool,
    /// An error at the end of the input, which more input could mend, is `_IncompleteInputError`.
    pub incomplete_input: bool,
    /// The end of the input does not end an indented block of the prompt.
    pub keep_block_open: bool,
}

/// Compiles a program: a file, one statement of the prompt or an expression.
///
/// # Errors
/// The program parses but is wrong, or is too large for the instruction set.
pub fn compile(module: &Mod, filename: &str, options: &Options) -> Result<CodeUnit> {
    compile_with_warnings(module, filename, options).map(|(code, _)| code)
}

/// As [`compile`], with the `SyntaxWarning`s in the order in which CPython gives them.
///
/// # Errors
/// As [`compile`].
pub fn compile_with_warnings(
    module: &Mod,
    filename: &str,
    options: &Options,
) -> Result<(CodeUnit, Vec<CompileWarning>)> {
    let future_annotations = future::check(module)? || options.future_annotations;
    let table = scope::build(module, future_annotations, options.top_level_await)?;
    let u = Unit::new(&table, ScopeTable::MODULE, "<module>", "<module>".into(), 1);
    let mut compiler = Compiler {
        table: &table,
        u,
        outer: Vec::new(),
        filename,
        optimize: options.optimize,
        future_annotations,
        interactive: matches!(module, Mod::Interactive { .. }),
        warnings: Vec::new(),
        not_constant: RefCell::default(),
    };
    compiler.module(module)?;
    let Compiler { u, warnings, .. } = compiler;
    let code = assemble(u, filename, future_annotations)?;
    Ok((code, warnings))
}

/// The state of a compilation.
struct Compiler<'a> {
    table: &'a ScopeTable,
    /// The unit under construction.
    u: Unit<'a>,
    /// The units around it, outermost first.
    outer: Vec<Unit<'a>>,
    filename: &'a str,
    optimize: u8,
    future_annotations: bool,
    interactive: bool,
    warnings: Vec<CompileWarning>,
    /// Addresses of expressions that are known not to be constant.
    not_constant: RefCell<HashSet<usize>>,
}

impl<'a> Compiler<'a> {
    /// Begins the unit of a scope inside the current one.
    fn enter(&mut self, scope: ScopeId, name: &str, first_line: u32) {
        let qualname = self.qualname(scope, name);
        let unit = Unit::new(self.table, scope, name, qualname, first_line);
        self.outer.push(std::mem::replace(&mut self.u, unit));
        self.u.at(Span { line: first_line, end_line: first_line, ..Span::default() });
        self.prologue();
    }

    /// Ends the current unit; the code and the names of its closure's cells.
    fn leave(&mut self) -> Result<(CodeUnit, Vec<Box<str>>)> {
        let Some(outer) = self.outer.pop() else {
            return Err(CompileError::syntax(Span::default(), "internal error: unbalanced scopes"));
        };
        let unit = std::mem::replace(&mut self.u, outer);
        let free = unit.free_names();
        Ok((assemble(unit, self.filename, self.future_annotations)?, free))
    }

    /// `__qualname__` of code with this name inside the current unit.
    fn qualname(&self, scope: ScopeId, name: &str) -> Box<str> {
        // Blocks of type parameters do not show in qualified names.
        let units: Vec<&Unit<'_>> = self.outer.iter().chain([&self.u]).collect();
        let mut parents = units.into_iter().rev().filter(|unit| {
            let kind = self.table.get(unit.scope).kind;
            !matches!(kind, ScopeKind::TypeParams)
        });
        let Some(parent) = parents.next() else { return name.into() };
        let parent_scope = self.table.get(parent.scope);
        let declared_global = !matches!(self.table.get(scope).kind, ScopeKind::TypeParams)
            && matches!(self.table.get(scope).kind, ScopeKind::Function | ScopeKind::Class)
            && parent_scope
                .symbol(&scope::mangle(parent_scope.private.as_ref(), name))
                .is_some_and(|s| s.place == scope::Place::GlobalExplicit);
        match parent_scope.kind {
            ScopeKind::Module => name.into(),
            _ if declared_global => name.into(),
            ScopeKind::Function | ScopeKind::Lambda => format!("{}.<locals>.{name}", parent.qualname).into(),
            _ => format!("{}.{name}", parent.qualname).into(),
        }
    }
}

/// Finishes a unit.
fn assemble(unit: Unit<'_>, filename: &str, future_annotations: bool) -> Result<CodeUnit> {
    let registers = unit.registers();
    let span = Span { line: unit.first_line, end_line: unit.first_line, ..Span::default() };
    let parts = unit.builder.finish(registers);
    if parts.overflow {
        let message = format!("code of '{}' is too large", unit.name);
        return Err(CompileError { kind: CompileErrorKind::TooLarge, message, span });
    }
    let mut flags = unit.flags;
    if future_annotations {
        flags |= CodeFlags::FUTURE_ANNOTATIONS;
    }
    Ok(CodeUnit {
        name: unit.name,
        qualname: unit.qualname,
        filename: filename.into(),
        first_line: unit.first_line,
        arg_count: unit.arg_count,
        posonly_count: unit.posonly_count,
        kwonly_count: unit.kwonly_count,
        flags: CodeFlags(flags),
        locals: unit.locals,
        registers,
        words: parts.words,
        consts: parts.consts,
        names: parts.names,
        exceptions: parts.exceptions,
        positions: Positions::new(parts.positions),
    })
}

/// A str constant.
fn str_const(text: &str) -> Const {
    Const::Str(text.to_owned().into())
}

/// An int constant.
fn int_const(n: u32) -> Const {
    Const::Int(n.into())
}
