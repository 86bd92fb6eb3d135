//! Assignment to `__bases__`.

use super::{HEAP, Type, build, lookup, mro, tables};
use crate::{
    builtins::object,
    error::PyResult,
    object::Ref,
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

/// `class.__bases__ = value`
pub fn set_bases(t: &mut Thread, class: Value, value: Value) -> PyResult<()> {
    let class = Ref::<Type>::known(class);
    let name = class.name();
    if !class.has(HEAP) {
        return Err(t.type_error(format!("cannot set '__bases__' attribute of immutable type '{name}'")));
    }
    let Some(value) = value.given() else {
        return Err(t.type_error(format!("cannot delete '__bases__' attribute of immutable type '{name}'")));
    };
    t.change_public(class.object());
    let Some(bases) = value.as_tuple() else {
        let got = type_of(value).name();
        return Err(t.type_error(format!("can only assign tuple to {name}.__bases__, not {got}")));
    };
    if bases.is_empty() {
        return Err(t.type_error(format!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    for &base in bases.values() {
        let Some(base) = base.cast::<Type>() else {
            let got = type_of(base).name();
            return Err(t.type_error(format!("{name}.__bases__ must be tuple of classes, not '{got}'")));
        };
        if base.is_subtype(class) || mro::is_subtype_by_base(base, class) {
            return Err(t.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = build::best_base(t, bases)?;
    let Some(old_base) = class.base.get().cast::<Type>() else { return Ok(()) };
    let natives_differ = !new_base.has(HEAP) && !old_base.has(HEAP) && new_base != old_base;
    if new_base.has(HEAP) != old_base.has(HEAP) || natives_differ {
        let message = format!(
            "__bases__ assignment: '{}' deallocator differs from '{}'",
            new_base.name(),
            old_base.name()
        );
        return Err(t.type_error(message));
    }
    if !object::same_layout(new_base, old_base) && !compatible(class, new_base, old_base) {
        let message = format!(
            "__bases__ assignment: '{}' object layout differs from '{}'",
            new_base.name(),
            old_base.name()
        );
        return Err(t.type_error(message));
    }
    let old_bases = class.bases.get();
    let new_bases = bases.value();
    put(t, class, new_bases, new_base);
    let mut done = t.vec();
    if let Err(raised) = recompute(t, class, &mut done) {
        let pending = t.take_exception(raised);
        undo(t, &done);
        if class.bases.get() == new_bases {
            put(t, class, old_bases, old_base);
        }
        return Err(t.reraise(pending));
    }
    // A metaclass's `mro()` may have assigned to `__bases__` again: then all is done.
    if class.bases.get() == new_bases {
        tables::link(t, class, old_bases);
        lookup::modified(t, class);
    }
    Ok(())
}

/// Whether the class may go from one base to another whose instances differ only in having a `__dict__`, which the class
/// has anyway.
fn compatible(class: Ref<Type>, new_base: Ref<Type>, old_base: Ref<Type>) -> bool {
    build::solid_base(new_base) == build::solid_base(old_base) && super::instances_have_dict(class)
}

fn put(t: &mut Thread, class: Ref<Type>, bases: Value, base: Ref<Type>) {
    let w = t.write(class);
    class.bases.set(&w, bases);
    class.base.set(&w, base.value());
}

/// Computes the MRO of a class and of all its subclasses again. Notes class, new and old MRO of each in `done`.
fn recompute(t: &mut Thread, class: Ref<Type>, done: &mut RootVec) -> PyResult<()> {
    t.check_native_stack()?;
    let old = class.mro.get();
    let order = mro::decide(t, class)?;
    if class.mro.get() != old {
        // `mro()` itself has led to a new one.
        return Ok(());
    }
    mro::set(t, class, order);
    done.extend_from_slice(&[class.value(), order, old]);
    for &subclass in tables::subclasses(t, class).iter() {
        recompute(t, Ref::known(subclass), done)?;
    }
    Ok(())
}

/// Puts the old MROs back where nothing newer has come since.
fn undo(t: &mut Thread, done: &[Value]) {
    for change in done.chunks_exact(3).rev() {
        let class = Ref::<Type>::known(change[0]);
        if class.mro.get() == change[1] {
            mro::set(t, class, change[2]);
        }
    }
}
