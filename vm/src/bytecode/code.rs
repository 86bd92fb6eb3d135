//! The compiler's result: a code unit that knows nothing of the heap and can be written to disk.

use num_bigint::BigInt;
use pystm_parser::ast::Text;

use super::Positions;

/// A constant as the compiler sees it; the loader turns it into a heap value.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An int of any size.
    Int(BigInt),
    /// A float.
    Float(f64),
    /// A complex number (real, imaginary).
    Complex(f64, f64),
    /// A str, possibly with lone surrogates.
    Str(Text),
    /// A bytes object.
    Bytes(Vec<u8>),
    /// A tuple of constants.
    Tuple(Vec<Const>),
    /// A frozenset of constants (`x in {1, 2}`).
    FrozenSet(Vec<Const>),
    /// A slice of constants.
    Slice(Box<[Const; 3]>),
    /// The code of a nested function, class body or comprehension.
    Code(Box<CodeUnit>),
}

/// What a named local register holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocalKind {
    /// The value itself.
    Fast,
    /// A cell made by this function (its variable is captured by an inner function).
    Cell,
    /// A cell that comes from the closure.
    Free,
    /// A local of an inlined comprehension: not shown by `locals()` outside it.
    Hidden,
}

/// Kind of code and of parameters, with the bits of CPython's `co_flags`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CodeFlags(pub u32);

impl CodeFlags {
    /// Locals live in registers (functions), not in a namespace (modules, classes).
    pub const OPTIMIZED: u32 = 0x1;
    /// A function or lambda: a call makes new locals.
    pub const NEWLOCALS: u32 = 0x2;
    /// Has `*args`.
    pub const VARARGS: u32 = 0x4;
    /// Has `**kwargs`.
    pub const VARKEYWORDS: u32 = 0x8;
    /// Defined inside another function.
    pub const NESTED: u32 = 0x10;
    /// A generator.
    pub const GENERATOR: u32 = 0x20;
    /// A coroutine.
    pub const COROUTINE: u32 = 0x80;
    /// A generator usable in `await` (types.coroutine).
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    /// An async generator.
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// `from __future__ import annotations` is in effect.
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    /// The first constant is the docstring.
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    /// A function defined directly in a class body.
    pub const METHOD: u32 = 0x800_0000;

    /// Whether all bits of `mask` are set.
    pub fn has(self, mask: u32) -> bool {
        self.0 & mask == mask
    }
}

/// A row of the exception table: an exception at a word in `start..end` goes to `target` with the exception in
/// register `reg`. Of several rows that cover a word, the first in the table wins (innermost first).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExceptionEntry {
    /// First word covered.
    pub start: u32,
    /// First word after the covered ones.
    pub end: u32,
    /// Word index of the handler.
    pub target: u32,
    /// Register that receives the exception; or [`UPDATE`].
    pub reg: u16,
}

/// In place of the register of an [`ExceptionEntry`]: the words are those of an augmented assignment. It begins anew at its
/// target, the first of them, if another thread has come between the load and the store.
pub const UPDATE: u16 = u16::MAX;

impl ExceptionEntry {
    /// Whether exceptions at the word go to the target.
    #[inline]
    pub fn handles(&self, word: u32) -> bool {
        self.start <= word && word < self.end && self.reg != UPDATE
    }

    /// Whether the word belongs to an augmented assignment that may begin anew.
    pub fn updates(&self, word: u32) -> bool {
        self.start <= word && word < self.end && self.reg == UPDATE
    }
}

/// Source range of an instruction: lines from 1 (0: none), columns in UTF-8 bytes from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    /// First line.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// First column.
    pub col: u32,
    /// Column after the last.
    pub end_col: u32,
}

/// Compiled code of a module, function, class body, lambda, comprehension or annotation scope.
///
/// The parameters are the first registers, in the order: positional-only, positional-or-keyword, keyword-only,
/// `*args`, `**kwargs`; the other named locals follow, then the temporaries.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeUnit {
    /// `co_name`
    pub name: Box<str>,
    /// `co_qualname`
    pub qualname: Box<str>,
    /// `co_filename`
    pub filename: Box<str>,
    /// `co_firstlineno`
    pub first_line: u32,
    /// `co_argcount`: positional parameters, positional-only ones included.
    pub arg_count: u32,
    /// `co_posonlyargcount`
    pub posonly_count: u32,
    /// `co_kwonlyargcount`
    pub kwonly_count: u32,
    /// `co_flags`
    pub flags: CodeFlags,
    /// Names of the named registers, from register 0.
    pub locals: Vec<(Box<str>, LocalKind)>,
    /// Registers of the window, links and arguments of the deepest call included.
    pub registers: u32,
    /// Instructions and their operand and cache words.
    pub words: Vec<u64>,
    /// Constants.
    pub consts: Vec<Const>,
    /// Names of globals, attributes, imports.
    pub names: Vec<Box<str>>,
    /// Exception table, innermost rows first.
    pub exceptions: Vec<ExceptionEntry>,
    /// Positions of the instructions.
    pub positions: Positions,
}
