//! Second pass: decides where every name lives.

use std::collections::HashSet;

use super::super::error::CompileError;
use super::{Comp, Place, Result, Scope, ScopeId, ScopeKind, ScopeTable, Uses};

type Names = HashSet<Box<str>>;

/// What a block needs from the blocks around it.
#[derive(Default)]
struct Needs {
    /// Variables that inner blocks capture: they must be cells.
    captured: Names,
    /// Variables that only an inlined comprehension's own code uses: no cell needed where they are bound.
    direct: Names,
}

/// What the blocks around a block offer.
#[derive(Clone, Default)]
struct Outer {
    bound: Names,
    global: Names,
    type_params: Names,
}

pub(super) fn resolve(table: &mut ScopeTable) -> Result<()> {
    block(table, ScopeTable::MODULE, None, Outer::default(), None).map(drop)
}

/// Places every name of a block and of its inner blocks. `parent` is the block around, `class` the class whose
/// names the block may see.
fn block(
    table: &mut ScopeTable,
    id: ScopeId,
    parent: Option<ScopeId>,
    outer: Outer,
    class: Option<ScopeId>,
) -> Result<Needs> {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || block_inner(table, id, parent, outer, class))
}

fn block_inner(
    table: &mut ScopeTable,
    id: ScopeId,
    parent: Option<ScopeId>,
    mut outer: Outer,
    class: Option<ScopeId>,
) -> Result<Needs> {
    let kind = table.get(id).kind;
    // A class's names are invisible to its functions, so what they get is decided before its names are placed.
    let mut inner = if kind == ScopeKind::Class { outer.clone() } else { Outer::default() };
    let mut local = Names::new();
    let mut free = Names::new();
    for name in table.get(id).order.clone() {
        let place = place(table, id, &name, parent.is_none(), &mut outer, class)?;
        match place {
            Place::Local => drop(local.insert(name.clone())),
            Place::Free => drop(free.insert(name.clone())),
            _ => {}
        }
        if let Some(symbol) = table.get_mut(id).symbols.get_mut(&name) {
            symbol.place = place;
        }
    }
    if kind == ScopeKind::Class {
        for name in ["__class__", "__classdict__", "__conditional_annotations__"] {
            inner.bound.insert(name.into());
        }
        inner.type_params = outer.type_params.clone();
    } else {
        inner = outer;
        if kind.function_like() {
            inner.bound.extend(local.iter().cloned());
        }
    }

    let mut captured = Names::new();
    for child in table.get(id).children.clone() {
        let child_scope = table.get(child);
        let child_class = match kind {
            _ if !child_scope.sees_class => None,
            ScopeKind::Class => Some(id),
            _ => class,
        };
        let inlined = matches!(child_scope.kind, ScopeKind::Comprehension(c) if c != Comp::Generator)
            && !table.get(id).sees_class;
        let needs = block(table, child, Some(id), inner.clone(), child_class)?;
        table.get_mut(child).inlined = inlined;
        captured.extend(needs.captured);
        for name in needs.direct {
            if !inlined {
                captured.insert(name);
            } else if !kind.function_like() || !local.contains(&name) {
                free.insert(name);
            }
        }
    }
    Ok(finish(table.get_mut(id), kind, local, free, captured))
}

/// Turns captured locals into cells and works out what the block itself needs.
fn finish(scope: &mut Scope, kind: ScopeKind, local: Names, mut free: Names, mut captured: Names) -> Needs {
    match kind {
        ScopeKind::Class => {
            scope.needs_class_cell = captured.remove("__class__");
            scope.needs_classdict = captured.remove("__classdict__");
            free.remove("__class__");
            if captured.remove("__conditional_annotations__") {
                set_place(scope, "__conditional_annotations__", Place::Cell);
            }
        }
        ScopeKind::Module => {
            captured.clear();
            free.clear();
        }
        _ => {
            for name in &local {
                if captured.remove(name) {
                    set_place(scope, name, Place::Cell);
                }
            }
        }
    }
    // What inner blocks capture from further out passes through this block's own closure.
    let mut passed: Vec<_> = captured.iter().chain(&free).cloned().collect();
    passed.sort();
    for name in passed {
        match scope.symbols.get_mut(&name) {
            Some(symbol) if symbol.place == Place::Free => {}
            Some(symbol) if kind == ScopeKind::Class => symbol.uses.0 |= Uses::FREE_CLASS,
            Some(symbol) => symbol.place = Place::Free,
            None => {
                scope.add(&name, 0);
                set_place(scope, &name, Place::Free);
            }
        }
    }
    let direct = free.difference(&captured).cloned().collect();
    Needs { captured, direct }
}

fn set_place(scope: &mut Scope, name: &str, place: Place) {
    if let Some(symbol) = scope.symbols.get_mut(name) {
        symbol.place = place;
    }
}

/// CPython's `analyze_name`.
fn place(
    table: &ScopeTable,
    id: ScopeId,
    name: &str,
    at_top: bool,
    outer: &mut Outer,
    class: Option<ScopeId>,
) -> Result<Place> {
    let scope = table.get(id);
    let uses = scope.uses(name);
    let error = |message: String| Err(CompileError::syntax(scope.directive_span(name), message));
    if uses.any(Uses::GLOBAL) {
        if uses.any(Uses::NONLOCAL) {
            return error(format!("name '{name}' is nonlocal and global"));
        }
        outer.global.insert(name.into());
        outer.bound.remove(name);
        return Ok(Place::GlobalExplicit);
    }
    if uses.any(Uses::NONLOCAL) {
        if at_top {
            return error("nonlocal declaration not allowed at module level".into());
        }
        if !outer.bound.contains(name) {
            return error(format!("no binding for nonlocal '{name}' found"));
        }
        if outer.type_params.contains(name) {
            return error(format!("nonlocal binding not allowed for type parameter '{name}'"));
        }
        return Ok(Place::Free);
    }
    if uses.any(Uses::BOUND) {
        outer.global.remove(name);
        if uses.any(Uses::TYPE_PARAM) {
            outer.type_params.insert(name.into());
        } else {
            outer.type_params.remove(name);
        }
        return Ok(Place::Local);
    }
    if let Some(class) = class
        && name != "__conditional_annotations__"
    {
        let in_class = table.get(class).uses(name);
        if in_class.any(Uses::GLOBAL) {
            return Ok(Place::GlobalExplicit);
        }
        if in_class.any(Uses::BOUND) && !in_class.any(Uses::NONLOCAL) {
            return Ok(Place::GlobalImplicit);
        }
    }
    Ok(if outer.bound.contains(name) { Place::Free } else { Place::GlobalImplicit })
}
