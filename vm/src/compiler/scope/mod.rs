//! Scope analysis: which name of which block is a local, a cell, a free variable or a global.
//!
//! Works as CPython's symbol table does. A first pass (`collect`, `exprs`) makes one [`Scope`] per block and notes
//! what happens to every name; a second one (`resolve`) decides where each name lives. Blocks are found again by
//! the address of the syntax node that they belong to, so a statement may be compiled more than once.

mod collect;
mod exprs;
mod resolve;

use std::{collections::HashMap, sync::Arc};

use pystm_parser::ast::Span;

use super::error::CompileError;

pub(super) use collect::build;

/// Index of a scope in its [`ScopeTable`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct ScopeId(u32);

/// Which block of a syntax node a scope stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Role {
    /// The node itself: function, lambda, class, comprehension.
    Body,
    /// The type parameters of a function, class or type alias.
    TypeParams,
    /// The annotations of a function.
    Annotations,
    /// Bound or constraints of a type variable.
    Bound,
    /// Default of a type parameter.
    Default,
    /// Value of a type alias.
    Alias,
}

/// Kind of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ScopeKind {
    /// The whole input.
    Module,
    /// Class body.
    Class,
    /// `def`.
    Function,
    /// `lambda`.
    Lambda,
    /// Comprehension or generator expression.
    Comprehension(Comp),
    /// An `__annotate__` function.
    Annotations,
    /// The type parameters of a generic function, class or alias.
    TypeParams,
    /// Bound or default of a type parameter; the words that errors use for it.
    TypeVariable(&'static str),
    /// Value of a `type` statement.
    TypeAlias,
}

/// Kind of a comprehension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comp {
    /// `[... for ...]`
    List,
    /// `{... for ...}`
    Set,
    /// `{k: v for ...}`
    Dict,
    /// `(... for ...)`
    Generator,
}

impl ScopeKind {
    /// Whether the block's names live in registers.
    pub(super) fn function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

/// What happens to a name in a block; a set of bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Uses(pub(super) u16);

impl Uses {
    pub(super) const GLOBAL: u16 = 1;
    pub(super) const LOCAL: u16 = 2;
    pub(super) const PARAM: u16 = 4;
    pub(super) const NONLOCAL: u16 = 8;
    pub(super) const USE: u16 = 16;
    pub(super) const IMPORT: u16 = 32;
    pub(super) const ANNOTATED: u16 = 64;
    pub(super) const COMP_ITER: u16 = 128;
    pub(super) const TYPE_PARAM: u16 = 256;
    /// Deleted somewhere, by `del` or at the end of `except ... as`.
    pub(super) const DELETED: u16 = 512;
    /// Target of an assignment expression.
    pub(super) const WALRUS: u16 = 1024;
    /// A class binds the name, but passes the outer variable on to its inner functions.
    pub(super) const FREE_CLASS: u16 = 2048;
    /// Any binding in the block itself.
    pub(super) const BOUND: u16 = Self::LOCAL | Self::PARAM | Self::IMPORT | Self::TYPE_PARAM;

    /// Whether any bit of `mask` is set.
    pub(super) fn any(self, mask: u16) -> bool {
        self.0 & mask != 0
    }
}

/// Where a name of a block lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Place {
    /// Register, or the namespace of a module or class.
    Local,
    /// Cell made by this block.
    Cell,
    /// Cell from an enclosing block.
    Free,
    /// Declared `global`.
    GlobalExplicit,
    /// Global because nothing binds it.
    #[default]
    GlobalImplicit,
}

/// A name of a block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Symbol {
    /// What happens to it.
    pub(super) uses: Uses,
    /// Where it lives (after `resolve`).
    pub(super) place: Place,
}

/// A block of the program.
#[derive(Debug)]
pub(super) struct Scope {
    /// Kind of the block.
    pub(super) kind: ScopeKind,
    /// Name of what it belongs to, as the module `symtable` shows it.
    pub(super) name: Box<str>,
    /// Its first line, 0 for the whole input.
    pub(super) line: u32,
    /// Names in order of first appearance.
    pub(super) order: Vec<Box<str>>,
    symbols: HashMap<Box<str>, Symbol>,
    /// Inner blocks in source order.
    pub(super) children: Vec<ScopeId>,
    /// Parameters in the order of the registers.
    pub(super) params: Vec<Box<str>>,
    /// `global` and `nonlocal` declarations, for the places of errors.
    directives: Vec<(Box<str>, Span)>,
    /// Class whose private names the block mangles.
    pub(super) private: Option<Private>,
    /// Somewhere inside a function.
    pub(super) nested: bool,
    /// Contains `yield`.
    pub(super) generator: bool,
    /// `async def`, or a comprehension with asynchronous parts.
    pub(super) coroutine: bool,
    /// A function directly in a class.
    pub(super) is_method: bool,
    /// `async def` itself, or module code that may await.
    pub(super) is_async_def: bool,
    /// Span of a `return` with a value.
    return_value: Option<Span>,
    /// An annotation or type-parameter block directly inside a class, whose names it sees.
    pub(super) sees_class: bool,
    /// A class whose inner functions use `__class__`.
    pub(super) needs_class_cell: bool,
    /// A class whose inner annotation blocks use its namespace.
    pub(super) needs_classdict: bool,
    /// A comprehension that is compiled into its parent.
    pub(super) inlined: bool,
    /// The `__annotate__` block of a module or class.
    pub(super) annotations: Option<ScopeId>,
    /// The module or class records which of its annotations were reached.
    pub(super) conditional_annotations: bool,
    /// While collecting: inside an `if`, loop, `try` ... of a module or class.
    in_conditional: bool,
    /// While collecting a comprehension: in the iterable of an inner `for`.
    comp_iter_expr: u32,
    /// While collecting a comprehension: in the target of a `for`.
    comp_iter_target: bool,
    /// While collecting: inside an annotation that will never be evaluated.
    unevaluated: bool,
}

impl Scope {
    fn new(kind: ScopeKind, private: Option<Private>, nested: bool) -> Scope {
        Scope {
            kind,
            name: "top".into(),
            line: 0,
            order: Vec::new(),
            symbols: HashMap::new(),
            children: Vec::new(),
            params: Vec::new(),
            directives: Vec::new(),
            private,
            nested,
            generator: false,
            coroutine: false,
            is_method: false,
            is_async_def: false,
            return_value: None,
            sees_class: false,
            needs_class_cell: false,
            needs_classdict: false,
            inlined: false,
            annotations: None,
            conditional_annotations: false,
            in_conditional: false,
            comp_iter_expr: 0,
            comp_iter_target: false,
            unevaluated: false,
        }
    }

    /// The symbol of a (mangled) name.
    pub(super) fn symbol(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).copied()
    }

    fn uses(&self, name: &str) -> Uses {
        self.symbol(name).unwrap_or_default().uses
    }

    fn add(&mut self, name: &str, mask: u16) {
        if let Some(symbol) = self.symbols.get_mut(name) {
            symbol.uses.0 |= mask;
        } else {
            self.order.push(name.into());
            self.symbols.insert(name.into(), Symbol { uses: Uses(mask), place: Place::default() });
        }
    }

    fn directive_span(&self, name: &str) -> Span {
        self.directives.iter().find(|(n, _)| &**n == name).map(|d| d.1).unwrap_or_default()
    }
}

/// All blocks of a program.
#[derive(Debug, Default)]
pub(super) struct ScopeTable {
    scopes: Vec<Scope>,
    by_node: HashMap<(Role, usize), ScopeId>,
}

impl ScopeTable {
    /// The block of the whole input.
    pub(super) const MODULE: ScopeId = ScopeId(0);

    /// The block of a syntax node.
    pub(super) fn of<T>(&self, role: Role, node: &T) -> Option<ScopeId> {
        self.by_node.get(&(role, address(node))).copied()
    }

    /// The scope with this index.
    pub(super) fn get(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    fn get_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0 as usize]
    }
}

/// A syntax node's address, its key: the tree does not move while it is compiled.
fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

/// Which private names a block mangles, and how.
#[derive(Clone, Debug)]
pub(super) struct Private {
    /// The class.
    class: Box<str>,
    /// In the block of a class's type parameters: those parameters alone.
    only: Option<Arc<[Box<str>]>>,
}

/// A private name (`__x`) as it is known outside the class.
pub(super) fn mangle(private: Option<&Private>, name: &str) -> Box<str> {
    let Some(Private { class, only }) = private else { return name.into() };
    if only.as_ref().is_some_and(|only| only.iter().all(|n| **n != *name)) {
        return name.into();
    }
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.into();
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() { name.into() } else { format!("_{class}{name}").into() }
}

type Result<T> = std::result::Result<T, CompileError>;
