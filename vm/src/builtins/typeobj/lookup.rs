//! Attribute look-up through the MRO, with a per-thread cache keyed by version tag and name.

use pystm_gc::Object;
use pystm_stm::{Word, free};

use super::{Type, tables};
use crate::{
    builtins::{
        code::flush_caches,
        dict::{self, Dict},
        function::native::Member,
        str::Str,
        tuple::Tuple,
    },
    error::PyResult,
    object::Ref,
    thread::{MethodCacheEntry, Thread},
    value::Value,
};

/// Looks `name` (an interned str) up in the class and its bases. Does not bind.
///
/// The version tag is there before the look-up, so that a change meanwhile makes what is noted useless and not wrong.
pub fn lookup(t: &mut Thread, class: Ref<Type>, name: Value) -> Option<Value> {
    if !is_noted(t, class.object()) {
        note_bases(t, class);
    }
    let version = ensure_version(t, class);
    let index = (version as usize ^ (name.to_word() >> 4) as usize) % t.method_cache.len();
    let entry = t.method_cache[index];
    if version != 0 && entry.version == version && entry.name == name.to_word() {
        return entry.value.given();
    }
    let found = lookup_uncached(t, class, name);
    if version != 0 {
        t.method_cache[index] =
            MethodCacheEntry { version, name: name.to_word(), value: found.unwrap_or(Value::UNSET) };
    }
    found
}

/// Whether caches may speak for the class: an open transaction must have noted it.
#[inline(always)]
pub fn is_noted(t: &Thread, class: &Object) -> bool {
    !t.own.in_transaction() || t.own.depends_on(class)
}

/// The open transaction depends on the class and its bases: none of them may change before it ends.
#[cold]
fn note_bases(t: &mut Thread, class: Ref<Type>) {
    all_namespaces(class, |namespace| {
        // Reading the namespace makes it part of what the transaction has read.
        namespace.len();
        true
    });
    t.own.note_dependence(class.object());
}

/// Whether `f` holds for the namespaces of the class and its bases, apart from those of built-in classes, which do not change.
pub fn all_namespaces(class: Ref<Type>, mut f: impl FnMut(Ref<Dict>) -> bool) -> bool {
    let own = [class.value()];
    let mro = class.mro.get().cast::<Tuple>();
    let classes = mro.as_ref().map_or(own.as_slice(), |mro| mro.values());
    classes
        .iter()
        .filter_map(|c| c.cast::<Type>())
        .filter(|base| base.def().is_none())
        .all(|base| f(base.dict()))
}

fn lookup_uncached(t: &mut Thread, class: Ref<Type>, name: Value) -> Option<Value> {
    if class.mro.get().is_unset() {
        return dict::get_str(t, class.dict(), name);
    }
    let mro = class.mro();
    for i in 0..mro.len() {
        let Some(base) = mro.items()[i].get().cast::<Type>() else { continue };
        if let Some(found) = dict::get_str(t, base.dict(), name) {
            return Some(found);
        }
    }
    None
}

/// Whether the open transaction has changed the class or one of its bases: what it finds there is not for the caches, which serve
/// other threads as well.
#[inline]
pub(super) fn is_changed(t: &Thread, class: Ref<Type>) -> bool {
    t.own.has_changed_classes() && {
        let mro = class.mro.get().cast::<Tuple>();
        let bases = mro.as_ref().map_or(&[][..], |mro| mro.values());
        t.own.has_changed_class(class.object())
            || bases.iter().filter_map(|base| base.object()).any(|base| t.own.has_changed_class(base))
    }
}

/// Gives the class a valid version tag if it has none. 0 if it cannot have any, or if [`is_changed`].
///
/// The tag is stored without the right to write the class: any fresh one is right, for all look-ups under it come later.
pub fn ensure_version(t: &mut Thread, class: Ref<Type>) -> u32 {
    if is_changed(t, class) {
        return 0;
    }
    let version = class.version();
    if version != 0 {
        return version;
    }
    if class.has(super::ODD_MRO) {
        return 0;
    }
    let fresh = t.rt.fresh_version();
    // Caches speak for it without a look at its owner.
    free::exempt(class.dict().object());
    // A class's tag covers its bases: they must notice their own changes, which they pass on to their subclasses.
    class.version.cache(fresh as u64);
    class.set_shape_versions(fresh);
    fresh
}

/// The class or one of its bases has changed: forgets version tag and cached special methods, here and in all
/// subclasses.
pub fn modified(t: &mut Thread, class: Ref<Type>) {
    // Nothing restores a class that the open transaction has made, and nobody else knows it.
    if t.own.in_transaction() && !t.own.is_logged(class.object()) {
        t.own.note_changed_class(class.object());
        // Undoing is a change, too.
        let undone = class.value();
        t.own.keep_public(class.object());
        t.own.log_call(Box::new(move || forget(Ref::known(undone))));
    }
    forget(class);
    for &subclass in tables::subclasses(t, class).iter() {
        modified(t, Ref::known(subclass));
    }
}

/// Forgets version tag and cached special methods of one class; without the right to write it, for empty caches are always
/// right.
fn forget(class: Ref<Type>) {
    class.version.cache(0);
    for slot in &class.special {
        slot.cache(Value::UNSET);
    }
    class.set_shape_versions(0);
}

/// Sets or (with an unset value) deletes an attribute in the class's own namespace and invalidates caches.
pub fn set_attribute(t: &mut Thread, class: Ref<Type>, name: Value, value: Value) -> PyResult<bool> {
    let was_slot = lookup(t, class, name).is_some_and(|v| v.cast::<Member>().is_some());
    let existed = if value.is_unset() {
        dict::remove(t, class.dict(), name)?.is_some()
    } else {
        dict::set(t, class.dict(), name, value)?;
        true
    };
    modified(t, class);
    // Instances that have the name among their own attributes are read through inline caches that know the shape alone,
    // and so are attributes of classes, whatever their metaclass.
    let metaclass = class.is_subtype(super::class());
    if metaclass || was_slot || class.find_shape(|shape| shape.find(name).is_some()).is_some() {
        flush_caches();
        if t.own.in_transaction() {
            t.own.log_call(Box::new(flush_caches));
        }
    }
    Ok(existed)
}

/// The class's name as C code of CPython has it in `tp_name`: with its module for native types outside `builtins`.
pub fn full_name(_t: &mut Thread, class: Ref<Type>) -> String {
    class.message_name()
}

/// The str under a name in the class's own namespace, without a thread: for messages.
fn own_text(class: Ref<Type>, name: &str) -> Option<String> {
    let mut position = 0;
    while let Some((at, key, value)) = class.dict().entry_from(position) {
        if key.cast::<Str>().is_some_and(|k| k.as_ascii() == Some(name)) {
            return value.as_str().map(|s| s.to_rust());
        }
        position = at + 1;
    }
    None
}

/// Module and qualified name, the module left out if it is `builtins`.
pub fn full_name_plain(class: Ref<Type>) -> String {
    let qualname = super::methods::qualname(class);
    let module = match class.def() {
        Some(def) => def.name.rsplit_once('.').map(|(m, _)| m.to_owned()),
        None => own_text(class, "__module__").filter(|m| m != "builtins"),
    };
    match module {
        Some(module) => format!("{module}.{qualname}"),
        None => qualname,
    }
}

/// As [`full_name_plain`]: what `repr` of classes and plain instances shows.
pub fn module_and_qualname(_t: &mut Thread, class: Ref<Type>) -> String {
    full_name_plain(class)
}

/// Fully qualified name for messages (`%T` in CPython): the module is left out if it is `builtins` or `__main__`.
pub fn qualified_name(class: Ref<Type>) -> String {
    let name = full_name_plain(class);
    match name.strip_prefix("__main__.") {
        Some(plain) => plain.to_owned(),
        None => name,
    }
}
