//! The scopes of a program as the module `symtable` shows them.

use pystm_parser::ast::Mod;

use super::{
    CompileError, future,
    scope::{self, Place, Scope, ScopeId, ScopeKind, ScopeTable, Uses},
};

/// Kind of a block, with the number that `symtable` has for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are those of the module `symtable`")]
pub enum BlockKind {
    Function = 0,
    Class = 1,
    Module = 2,
    Annotation = 3,
    TypeAlias = 4,
    TypeParameters = 5,
    TypeVariable = 6,
}

/// A block of a program.
#[derive(Debug)]
pub struct Block {
    /// Name of what it belongs to.
    pub name: Box<str>,
    /// Its kind.
    pub kind: BlockKind,
    /// Its first line, 0 for the whole input.
    pub line: u32,
    /// Inside a function.
    pub nested: bool,
    /// Names in order of first appearance, with the flags of `symtable`.
    pub symbols: Vec<(Box<str>, i64)>,
    /// Parameters.
    pub parameters: Vec<Box<str>>,
    /// Inner blocks in source order.
    pub children: Vec<Block>,
}

/// Bit of each use in the flags of `symtable`.
const FLAGS: &[(u16, i64)] = &[
    (Uses::GLOBAL, 1),
    (Uses::LOCAL, 2),
    (Uses::PARAM, PARAMETER),
    (Uses::NONLOCAL, 8),
    (Uses::USE, 16),
    (Uses::FREE_CLASS, 64),
    (Uses::IMPORT, 128 | 2),
    (Uses::ANNOTATED, 256),
    (Uses::COMP_ITER, 512),
    (Uses::TYPE_PARAM, 1024),
];
/// The flag of parameters.
const PARAMETER: i64 = 4;
/// The flag of variables of inlined comprehensions that are cells.
const COMPREHENSION_CELL: i64 = 2048;
/// The number of the place of cells.
const CELL: i64 = 5;
/// Where the number of the place begins in the flags.
const PLACE_SHIFT: u32 = 12;

/// The blocks of a program, in the one for all of it.
///
/// # Errors
/// The program parses but its names are used wrongly.
pub fn blocks(module: &Mod) -> Result<Block, CompileError> {
    let future_annotations = future::check(module)?;
    let table = scope::build(module, future_annotations, false)?;
    Ok(block(&table, ScopeTable::MODULE))
}

fn block(table: &ScopeTable, id: ScopeId) -> Block {
    let scope = table.get(id);
    let kind = match scope.kind {
        ScopeKind::Module => BlockKind::Module,
        ScopeKind::Class => BlockKind::Class,
        ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Comprehension(_) => BlockKind::Function,
        ScopeKind::Annotations => BlockKind::Annotation,
        ScopeKind::TypeParams => BlockKind::TypeParameters,
        ScopeKind::TypeVariable(_) => BlockKind::TypeVariable,
        ScopeKind::TypeAlias => BlockKind::TypeAlias,
    };
    let mut block = Block {
        name: scope.name.clone(),
        kind,
        line: scope.line,
        nested: scope.nested,
        symbols: scope.order.iter().map(|name| (name.clone(), flags(scope, name))).collect(),
        parameters: scope.params.clone(),
        children: Vec::new(),
    };
    add_children(table, scope, &mut block);
    block
}

/// Adds the inner blocks. Those of an inlined comprehension stand in its place, its variables among the block's own.
fn add_children(table: &ScopeTable, scope: &Scope, block: &mut Block) {
    let mut annotated = None;
    for &id in &scope.children {
        let child = table.get(id);
        if child.inlined {
            for name in &child.order {
                let mut flags = flags(child, name);
                if flags >> PLACE_SHIFT == CELL {
                    flags |= COMPREHENSION_CELL;
                }
                if flags & PARAMETER == 0 && !block.symbols.iter().any(|(known, _)| known == name) {
                    block.symbols.push((name.clone(), flags));
                }
            }
            add_children(table, child, block);
            continue;
        }
        // In CPython every function has a block for its annotations, even if there are none.
        if child.kind == ScopeKind::Function && annotated != Some(child.line) {
            block.children.push(no_annotations(child));
        }
        annotated = (child.kind == ScopeKind::Annotations).then_some(child.line);
        block.children.push(self::block(table, id));
    }
}

/// The block for the annotations of a function that has none.
fn no_annotations(function: &Scope) -> Block {
    let format: Box<str> = ".format".into();
    Block {
        name: "__annotate__".into(),
        kind: BlockKind::Annotation,
        line: function.line,
        nested: function.nested,
        symbols: vec![(format.clone(), 16 | PARAMETER | 1 << PLACE_SHIFT)],
        parameters: vec![format],
        children: Vec::new(),
    }
}

fn flags(scope: &Scope, name: &str) -> i64 {
    let symbol = scope.symbol(name).unwrap_or_default();
    let place = match symbol.place {
        Place::Local => 1,
        Place::GlobalExplicit => 2,
        Place::GlobalImplicit => 3,
        Place::Free => 4,
        Place::Cell => CELL,
    };
    let uses = FLAGS.iter().filter(|(mask, _)| symbol.uses.any(*mask)).fold(0, |all, (_, bit)| all | bit);
    uses | place << PLACE_SHIFT
}
