//! Making classes from Python: `type(name, bases, namespace)` and the `class` statement.

use super::{HeapTypeSpec, Type, lookup, mro, native_def, new_heap_type, slots, tables};
use crate::{
    builtins::{
        cell::Cell,
        descriptors,
        dict::{self, Dict},
        dict_methods::update,
        exceptions::warning,
        function::{Function, native as native_function},
        tuple::{self, Tuple},
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::SUBCLASSABLE,
    object::Ref,
    protocol::{attr, call, item},
    runtime::{class_of_kind, type_of},
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

/// Fewest and most attribute words to reserve in instances that can have attributes of any name.
const INLINE_SLOTS: std::ops::RangeInclusive<usize> = 4..=60;

/// `type.__new__(metaclass, name, bases, namespace, **kwargs)`
pub fn new_type(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(metaclass) = args[0].cast::<Type>() else {
        return Err(t.type_error("type.__new__(X): X is not a type object"));
    };
    let given = Ref::<Tuple>::known(args[1]);
    let keywords = args[2];
    if given.len() != 3 {
        let n = given.len();
        return Err(t.type_error(format!("type.__new__() takes exactly 3 arguments ({n} given)")));
    }
    let (name, bases, namespace) = (given.at(0), given.at(1), given.at(2));
    let wrong = |t: &mut Thread, n: usize, what: &str, v: Value| {
        let got = type_of(v).name();
        t.type_error(format!("type.__new__() argument {n} must be {what}, not {got}"))
    };
    let Some(name) = name.as_str() else { return Err(wrong(t, 1, "str", name)) };
    let Some(bases) = bases.as_tuple() else { return Err(wrong(t, 2, "tuple", bases)) };
    let Some(namespace) = namespace.cast::<Dict>() else { return Err(wrong(t, 3, "dict", namespace)) };
    let winner = check_metaclass(t, metaclass, bases)?;
    if winner != metaclass
        && let Some(new) = winner.special(t, Special::New as usize)
        && metaclass.special(t, Special::New as usize) != Some(new)
    {
        let bound = match new.object().map(|o| shape::shape_of_object(o).kind) {
            Some(Kind::NativeFunction | Kind::Function) => new,
            _ => attr::bind_descriptor(t, new, Value::UNSET, winner.value())?,
        };
        let mut all = t.vec();
        all.push(winner.value());
        all.extend_from_slice(given.values());
        let all = tuple::new(t, &all)?;
        return call::call_ex(t, bound, all, keywords);
    }
    let object = class_of_kind(Kind::Object).value();
    let bases = if bases.is_empty() { Ref::known(tuple::new_small(t, &[object])) } else { bases };
    build(t, winner, name.value(), bases, namespace, keywords).map(|c| c.value())
}

/// The most derived of a metaclass and the metaclasses of the bases; TypeError if there is none, or if a base is no
/// class but wants to be replaced (`__mro_entries__`).
fn check_metaclass(t: &mut Thread, metaclass: Ref<Type>, bases: Ref<Tuple>) -> PyResult<Ref<Type>> {
    for &base in bases.values() {
        if base.cast::<Type>().is_none() && attr::find_attr(t, base, "__mro_entries__")?.is_some() {
            return Err(t.type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
        }
    }
    calculate_metaclass(t, metaclass, bases)
}

/// The most derived of a metaclass and the metaclasses of the bases.
pub fn calculate_metaclass(t: &mut Thread, metaclass: Ref<Type>, bases: Ref<Tuple>) -> PyResult<Ref<Type>> {
    let mut winner = metaclass;
    for &base in bases.values() {
        let other = type_of(base);
        if winner.is_subtype(other) {
            continue;
        }
        if other.is_subtype(winner) {
            winner = other;
            continue;
        }
        return Err(t.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of \
             all its bases",
        ));
    }
    Ok(winner)
}

/// The class in the chain of bases that gave the instances their body: a native type with a body of its own, or a class
/// that added `__slots__`.
pub fn solid_base(class: Ref<Type>) -> Ref<Type> {
    let mut at = class;
    loop {
        let Some(base) = at.base.get().cast::<Type>() else { return at };
        let adds_slots = at.slot_names.get().cast::<Tuple>().is_some_and(|s| !s.is_empty());
        let own_body = at.def().is_some_and(|d| {
            let base_def = native_def(base);
            base_def.is_none_or(|b| b.kind != d.kind)
                || (d.kind == Kind::Native && d.methods.iter().any(|m| m.name == "__new__"))
        });
        if adds_slots || own_body {
            return at;
        }
        at = base;
    }
}

/// The base whose body the instances extend. TypeErrors of bases that cannot be combined.
pub fn best_base(t: &mut Thread, bases: Ref<Tuple>) -> PyResult<Ref<Type>> {
    let mut best: Option<(Ref<Type>, Ref<Type>)> = None;
    for &base in bases.values() {
        let Some(base) = base.cast::<Type>() else {
            return Err(t.type_error("bases must be types"));
        };
        if !base.has(SUBCLASSABLE as u64) {
            let name = lookup::full_name(t, base);
            return Err(t.type_error(format!("type '{name}' is not an acceptable base type")));
        }
        if base.mro.get().is_unset() {
            let name = base.name();
            return Err(t.type_error(format!("Cannot extend an incomplete type '{name}'")));
        }
        let solid = solid_base(base);
        best = match best {
            None => Some((base, solid)),
            Some((_, winner)) if mro::is_subtype_by_base(winner, solid) => best,
            Some((_, winner)) if mro::is_subtype_by_base(solid, winner) => Some((base, solid)),
            Some(_) => return Err(t.type_error("multiple bases have instance lay-out conflict")),
        };
    }
    match best {
        Some((base, _)) => Ok(base),
        None => Err(t.type_error("a class needs a base")),
    }
}

fn build(
    t: &mut Thread,
    metaclass: Ref<Type>,
    name: Value,
    bases: Ref<Tuple>,
    original: Ref<Dict>,
    keywords: Value,
) -> PyResult<Ref<Type>> {
    let base = best_base(t, bases)?;
    let namespace = dict::new(t);
    dict::keep_whole(namespace);
    update::merge(t, namespace, original.value())?;
    check_name(t, name)?;
    let qualname = take_qualname(t, namespace, name)?;
    let decided = slots::decide(t, namespace, name, base, bases)?;
    let inline = if decided.has_dict { inline_slots(t, namespace, bases) } else { 0 };
    let has_storage = !slots::has_own_namespace(base.instance_kind());
    let class = new_heap_type(
        t,
        HeapTypeSpec {
            metaclass,
            name,
            qualname,
            bases: bases.value(),
            base,
            namespace,
            has_dict: decided.has_dict && has_storage,
            has_weakref: decided.has_weakref,
            slot_names: decided.names,
            inline_slots: if has_storage { inline } else { 0 },
        },
    )?;
    let cell = take(t, namespace, "__classcell__")?;
    let dict_cell = take(t, namespace, "__classdictcell__")?;
    slots::add_descriptors(t, class, &decided)?;
    finish_namespace(t, class, namespace)?;
    warn_of_odd_keys(t, class, namespace)?;
    if let Some(cell) = dict_cell
        && let Some(cell) = cell.cast::<Cell>()
    {
        let w = t.write(cell);
        cell.content.set(&w, namespace.value());
    }
    if let Some(cell) = cell {
        let Some(cell) = cell.cast::<Cell>() else {
            let got = type_of(cell).name();
            return Err(
                t.type_error(format!("type.__new__() __classcell__ must be a nonlocal cell, not '{got}'"))
            );
        };
        let w = t.write(cell);
        cell.content.set(&w, class.value());
    }
    let order = mro::decide(t, class)?;
    mro::set(t, class, order);
    inherit_flags(t, class);
    tables::link(t, class, Value::UNSET);
    set_names(t, class)?;
    init_subclass(t, class, keywords)?;
    Ok(class)
}

fn check_name(t: &mut Thread, name: Value) -> PyResult<()> {
    let Some(text) = name.as_str() else { return Ok(()) };
    if text.units().iter().any(|c| c == 0) {
        return Err(t.value_error("type name must not contain null characters"));
    }
    super::methods::check_encodable(t, name)?;
    Ok(())
}

/// Removes a name from the namespace.
fn take(t: &mut Thread, namespace: Ref<Dict>, name: &str) -> PyResult<Option<Value>> {
    let name = t.intern(name);
    dict::remove(t, namespace, name)
}

fn take_qualname(t: &mut Thread, namespace: Ref<Dict>, name: Value) -> PyResult {
    match take(t, namespace, "__qualname__")? {
        None => Ok(name),
        Some(q) if q.as_str().is_some() => Ok(q),
        Some(q) => {
            let got = type_of(q).name();
            Err(t.type_error(format!("type __qualname__ must be a str, not {got}")))
        }
    }
}

/// How many attribute words to reserve: the distinct names that the methods of the class and its bases assign to.
fn inline_slots(t: &mut Thread, namespace: Ref<Dict>, bases: Ref<Tuple>) -> u16 {
    let mut names: Vec<Value> = Vec::new();
    let mut add = |found: Option<Value>| {
        for &name in found.and_then(|f| f.cast::<Tuple>()).as_ref().map_or(&[][..], |f| f.values()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    };
    add(dict::get_text(t, namespace, "__static_attributes__"));
    for &base in bases.values() {
        let Some(base) = base.cast::<Type>() else { continue };
        for &class in base.mro().values() {
            let Some(class) = class.cast::<Type>().filter(|c| c.has(super::HEAP)) else { continue };
            add(dict::get_text(t, class.dict(), "__static_attributes__"));
        }
    }
    names.len().clamp(*INLINE_SLOTS.start(), *INLINE_SLOTS.end()) as u16
}

/// `__module__`, `__doc__`, and the methods that are static or class methods by their name alone.
fn finish_namespace(t: &mut Thread, class: Ref<Type>, namespace: Ref<Dict>) -> PyResult<()> {
    let _ = class;
    if dict::get_text(t, namespace, "__module__").is_none() {
        let module = crate::builtins::object::calling_module(t);
        if let Some(module) = module {
            dict::set_text(t, namespace, "__module__", module);
        }
    }
    match dict::get_text(t, namespace, "__doc__") {
        None => dict::set_text(t, namespace, "__doc__", Value::NONE),
        Some(doc) if doc.as_str().is_some() => super::methods::check_encodable(t, doc)?,
        Some(_) => {}
    }
    if let Some(new) = dict::get_text(t, namespace, "__new__")
        && new.cast::<Function>().is_some()
    {
        let wrapped = descriptors::new_static_method(t, new);
        dict::set_text(t, namespace, "__new__", wrapped);
    }
    for name in ["__init_subclass__", "__class_getitem__"] {
        if let Some(function) = dict::get_text(t, namespace, name)
            && function.cast::<Function>().is_some()
        {
            let wrapped = descriptors::new_class_method(t, function);
            dict::set_text(t, namespace, name, wrapped);
        }
    }
    let eq = dict::get_text(t, namespace, "__eq__").is_some();
    if eq && dict::get_text(t, namespace, "__hash__").is_none() {
        dict::set_text(t, namespace, "__hash__", Value::NONE);
    }
    Ok(())
}

/// `RuntimeWarning` for keys of a class namespace that are no strs.
fn warn_of_odd_keys(t: &mut Thread, class: Ref<Type>, namespace: Ref<Dict>) -> PyResult<()> {
    let mut position = 0;
    while let Some((at, key, _)) = namespace.entry_from(position) {
        if key.as_str().is_none() {
            let message = format!("non-string key in the __dict__ of class {}", class.name());
            return warning::warn(t, Exc::RuntimeWarning, &message, 1);
        }
        position = at + 1;
    }
    Ok(())
}

/// Flags that come from all bases, not only from the one whose body is extended.
fn inherit_flags(t: &mut Thread, class: Ref<Type>) {
    let collection = (crate::native::SEQUENCE | crate::native::MAPPING) as u64;
    // The first class that says so decides, even before the one whose body is extended.
    let mut flags = class.flags.get() & !collection;
    for &base in class.mro().values() {
        let Some(base) = base.cast::<Type>().filter(|&base| base != class) else { continue };
        if flags & collection == 0 {
            flags |= base.flags.get() & collection;
        }
        flags |= base.flags.get() & (super::EXCEPTION);
    }
    let w = t.write(class);
    class.flags.set(&w, flags);
}

fn set_names(t: &mut Thread, class: Ref<Type>) -> PyResult<()> {
    // `__set_name__` may change the namespace: a copy is walked, and only if anything in it wants to know its name.
    let mut found = t.vec();
    let mut position = 0;
    let namespace = class.dict();
    while let Some((at, key, value)) = namespace.entry_from(position) {
        position = at + 1;
        if wants_name(value) {
            found.push(key);
            found.push(value);
        }
    }
    let method_name = t.intern("__set_name__");
    for i in (0..found.len()).step_by(2) {
        let (key, value) = (found[i], found[i + 1]);
        let Some(method) = type_of(value).lookup(t, method_name) else { continue };
        if let Err(raised) = call::call_unbound(t, method, value, &[class.value(), key]) {
            let exception = t.take_exception(raised);
            let key = crate::protocol::text::repr_string(t, key)?;
            let (value, class) = (type_of(value).name(), class.name());
            let note = format!("Error calling __set_name__ on '{value}' instance {key} in '{class}'");
            let note = t.new_str(&note);
            call::call_method(t, exception, "add_note", &[note])?;
            return Err(t.reraise(exception));
        }
    }
    Ok(())
}

/// Whether a value may have `__set_name__`: everything but the commonest things in namespaces.
fn wants_name(value: Value) -> bool {
    let Some(object) = value.object() else { return false };
    let shape = shape::shape_of_object(object);
    let common = matches!(
        shape.kind,
        Kind::Function
            | Kind::Str
            | Kind::Tuple
            | Kind::ClassMethod
            | Kind::StaticMethod
            | Kind::Member
            | Kind::GetSet
    );
    !common || object.header.shape() != shape.kind.shape()
}

fn init_subclass(t: &mut Thread, class: Ref<Type>, keywords: Value) -> PyResult<()> {
    let name = t.intern("__init_subclass__");
    let mro = class.mro();
    if !mro.contains_identity(class.value()) {
        // A metaclass's `mro()` has left the class out: it has no `super()`.
        let name = class.name();
        return Err(t.type_error(format!(
            "super(type, obj): obj (type {name}) is not an instance or subtype of type ({name})."
        )));
    }
    let found = mro.values().iter().skip(1).find_map(|b| dict::get_str(t, b.cast::<Type>()?.dict(), name));
    let Some(found) = found else { return Ok(()) };
    let none_given = keywords.cast::<Dict>().is_none_or(|k| k.is_empty());
    if none_given
        && let Some(native) = found.cast::<native_function::NativeMethod>()
        && native.owner.get() == class_of_kind(Kind::Object).value()
    {
        return Ok(());
    }
    let bound = attr::bind_descriptor(t, found, Value::UNSET, class.value())?;
    let empty = tuple::new_small(t, &[]);
    call::call_ex(t, bound, empty, keywords)?;
    Ok(())
}

/// `__build_class__(function, name, *bases, metaclass=None, **keywords)`
pub fn build_class(t: &mut Thread, args: &[Value]) -> PyResult {
    let positional = Ref::<Tuple>::known(args[0]);
    let &[function, name, ref original @ ..] = positional.values() else {
        return Err(t.type_error("__build_class__: not enough arguments"));
    };
    let original = tuple::new(t, original)?;
    let Some(function) = function.cast::<Function>() else {
        return Err(t.type_error("__build_class__: func must be a function"));
    };
    if name.as_str().is_none() {
        return Err(t.type_error("__build_class__: name is not a string"));
    }
    let bases = update_bases(t, Ref::known(original))?;
    let keywords = crate::native::keyword_dict(t, args[1]);
    let explicit = take(t, keywords, "metaclass")?;
    let mut metaclass = match explicit {
        Some(m) => m,
        None if bases.is_empty() => super::class().value(),
        None => type_of(bases.at(0)).value(),
    };
    if let Some(m) = metaclass.cast::<Type>() {
        metaclass = calculate_metaclass(t, m, bases)?.value();
    }
    let namespace = prepare(t, metaclass, name, bases, keywords)?;
    let cell = crate::interp::run_code(t, function, namespace)?;
    if bases.value() != original {
        let key = t.intern("__orig_bases__");
        item::setitem(t, namespace, key, original)?;
    }
    let arguments = tuple::new_small(t, &[name, bases.value(), namespace]);
    let class = call::call_ex(t, metaclass, arguments, keywords.value())?;
    if let (Some(cell), Some(made)) = (cell.cast::<Cell>(), class.cast::<Type>()) {
        check_class_cell(t, cell, name, made)?;
    }
    Ok(class)
}

fn check_class_cell(t: &mut Thread, cell: Ref<Cell>, name: Value, made: Ref<Type>) -> PyResult<()> {
    let content = cell.content.get();
    if content == made.value() {
        return Ok(());
    }
    let name = crate::protocol::text::repr_string(t, name)?;
    if content.is_unset() {
        let message = format!(
            "__class__ not set defining {name} as {}. Was __classcell__ propagated to type.__new__?",
            repr_of(t, made)?
        );
        return Err(t.raise(Exc::RuntimeError, message));
    }
    let content = crate::protocol::text::repr_string(t, content)?;
    let message = format!("__class__ set to {content} defining {name} as {}", repr_of(t, made)?);
    Err(t.type_error(message))
}

fn repr_of(t: &mut Thread, class: Ref<Type>) -> PyResult<String> {
    crate::protocol::text::repr_string(t, class.value())
}

/// The namespace for the class body: what `metaclass.__prepare__` returns, or a dict.
fn prepare(
    t: &mut Thread,
    metaclass: Value,
    name: Value,
    bases: Ref<Tuple>,
    keywords: Ref<Dict>,
) -> PyResult {
    if metaclass == super::class().value() {
        return Ok(dict::new(t).value());
    }
    let Some(prepare) = attr::find_attr(t, metaclass, "__prepare__")? else {
        return Ok(dict::new(t).value());
    };
    let arguments = tuple::new_small(t, &[name, bases.value()]);
    let namespace = call::call_ex(t, prepare, arguments, keywords.value())?;
    let mapping = namespace.cast::<Dict>().is_some() || t.special(namespace, Special::GetItem).is_some();
    if !mapping {
        let shown = match metaclass.cast::<Type>() {
            Some(m) => m.name(),
            None => "<metaclass>".to_owned(),
        };
        let got = type_of(namespace).name();
        return Err(t.type_error(format!("{shown}.__prepare__() must return a mapping, not {got}")));
    }
    Ok(namespace)
}

/// The bases with everything that is no class replaced by what its `__mro_entries__` returns; the same tuple if there is
/// nothing to replace.
fn update_bases(t: &mut Thread, bases: Ref<Tuple>) -> PyResult<Ref<Tuple>> {
    let mut out = t.vec();
    let mut changed = false;
    for &base in bases.values() {
        if base.cast::<Type>().is_some() {
            out.push(base);
            continue;
        }
        let Some(method) = attr::find_attr(t, base, "__mro_entries__")? else {
            out.push(base);
            continue;
        };
        let entries = call::call(t, method, &[bases.value()])?;
        let Some(entries) = entries.as_tuple() else {
            return Err(t.type_error("__mro_entries__ must return a tuple"));
        };
        out.extend_from_slice(entries.values());
        changed = true;
    }
    if !changed {
        return Ok(bases);
    }
    Ok(Ref::known(tuple::new(t, &out)?))
}
