//! Method resolution order: C3 (Barrett et al., "A monotonic superclass linearization for Dylan"), or what a metaclass's
//! `mro()` says.

use super::{ODD_MRO, Type, lookup, methods::qualname};
use crate::{
    builtins::tuple::{self, Tuple},
    error::PyResult,
    object::Ref,
    protocol::iter,
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

/// The linearization of a class from its `__bases__`. Raises TypeError if there is none.
pub fn compute(t: &mut Thread, class: Ref<Type>) -> PyResult<RootVec> {
    let bases = Ref::<Tuple>::known(class.bases.get());
    let mut out = t.vec();
    out.push(class.value());
    if let [base] = bases.values() {
        out.extend_from_slice(Ref::<Type>::known(*base).mro().values());
        return Ok(out);
    }
    for (i, base) in bases.values().iter().enumerate() {
        if bases.values()[..i].contains(base) {
            let name = Ref::<Type>::known(*base).name();
            return Err(t.type_error(format!("duplicate base class {name}")));
        }
    }
    // What is still to be merged: the MRO of each base and the list of the bases, which are alive.
    let mut rows: Vec<&[Value]> = Vec::with_capacity(bases.len() + 1);
    let mros: Vec<Ref<Tuple>> = bases.values().iter().map(|&b| Ref::<Type>::known(b).mro()).collect();
    rows.extend(mros.iter().map(|m| m.values()));
    rows.push(bases.values());
    loop {
        rows.retain(|r| !r.is_empty());
        if rows.is_empty() {
            return Ok(out);
        }
        let next = rows.iter().map(|r| r[0]).find(|c| !rows.iter().any(|r| r[1..].contains(c)));
        let Some(next) = next else { return Err(inconsistent(t, &rows)) };
        out.push(next);
        for row in &mut rows {
            if row[0] == next {
                *row = &row[1..];
            }
        }
    }
}

#[cold]
fn inconsistent(t: &mut Thread, rows: &[&[Value]]) -> crate::error::Raised {
    let mut names: Vec<String> = Vec::new();
    for row in rows {
        let name = Ref::<Type>::known(row[0]).name();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    t.type_error(format!(
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        names.join(", ")
    ))
}

/// The MRO that a class shall have, a tuple: the linearization, or what the metaclass's own `mro()` returns.
pub fn decide(t: &mut Thread, class: Ref<Type>) -> PyResult {
    let metaclass = type_of(class.value());
    if metaclass != super::class() {
        let name = t.intern("mro");
        let own = metaclass.lookup(t, name);
        let plain = super::class().lookup(t, name);
        if own != plain {
            let Some(result) = super::methods::call_on_metaclass(t, class, "mro")? else {
                return Err(t.type_error("mro() is missing"));
            };
            let items = iter::collect(t, result)?;
            check(t, class, &items)?;
            let odd = items.iter().any(|&item| !inherits(class, Ref::known(item)));
            let flags = class.flags.get() & !ODD_MRO | if odd { ODD_MRO } else { 0 };
            let w = t.write(class);
            class.flags.set(&w, flags);
            return tuple::new(t, &items);
        }
    }
    let items = compute(t, class)?;
    tuple::new(t, &items)
}

fn check(t: &mut Thread, class: Ref<Type>, items: &[Value]) -> PyResult<()> {
    let solid = super::build::solid_base(class);
    for &item in items {
        let Some(base) = item.cast::<Type>() else {
            let got = type_of(item).name();
            return Err(t.type_error(format!("mro() returned a non-class ('{got}')")));
        };
        if !is_subtype_by_base(solid, super::build::solid_base(base)) {
            let name = qualname(base);
            return Err(t.type_error(format!("mro() returned base with unsuitable layout ('{name}')")));
        }
    }
    Ok(())
}

/// Whether `base` is reached from the class through `__base__`.
pub fn is_subtype_by_base(class: Ref<Type>, base: Ref<Type>) -> bool {
    let mut at = Some(class);
    while let Some(c) = at {
        if c == base {
            return true;
        }
        at = c.base.get().cast::<Type>();
    }
    false
}

/// Whether `base` is reached from the class through `__bases__`.
fn inherits(class: Ref<Type>, base: Ref<Type>) -> bool {
    class == base
        || Ref::<Tuple>::known(class.bases.get()).values().iter().any(|&b| inherits(Ref::known(b), base))
}

/// Sets the MRO of a class.
pub fn set(t: &mut Thread, class: Ref<Type>, order: Value) {
    let w = t.write(class);
    class.mro.set(&w, order);
    lookup::modified(t, class);
}
