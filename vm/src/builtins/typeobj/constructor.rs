//! What the `__new__` of a native type may be called with.

use super::{Type, lookup};
use crate::{error::PyResult, native::TypeDef, object::Ref, thread::Thread, value::Value};

/// Checks the first argument of the `__new__` that a definition declares.
pub fn check(t: &mut Thread, def: &'static TypeDef, args: &[Value]) -> PyResult<()> {
    let safe = args.first().and_then(|c| c.cast::<Type>()).and_then(maker);
    if safe.is_some_and(|d| std::ptr::eq(d, def)) {
        return Ok(());
    }
    let owner = t.rt.native_class(t, def);
    let name = def.name;
    let Some(&first) = args.first() else {
        return Err(t.type_error(format!("{name}.__new__(): not enough arguments")));
    };
    let Some(class) = first.cast::<Type>() else {
        let shown = crate::runtime::type_of(first).name();
        return Err(t.type_error(format!("{name}.__new__(X): X is not a type object ({shown})")));
    };
    let shown = lookup::full_name(t, class);
    if !class.is_subtype(owner) {
        return Err(t.type_error(format!("{name}.__new__({shown}): {shown} is not a subtype of {name}")));
    }
    let safe = safe.map_or("object", |d| d.name);
    Err(t.type_error(format!("{name}.__new__({shown}) is not safe, use {safe}.__new__()")))
}

/// The nearest native base with a `__new__` of its own: the one that knows the body.
fn maker(class: Ref<Type>) -> Option<&'static TypeDef> {
    let mut at = class;
    loop {
        if let Some(def) = at.def().filter(|d| d.methods.iter().any(|m| m.name == "__new__")) {
            return Some(def);
        }
        at = at.base.get().cast::<Type>()?;
    }
}
