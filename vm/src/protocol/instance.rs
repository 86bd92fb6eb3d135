//! `isinstance` and `issubclass`.

use crate::{
    builtins::{
        exceptions,
        str::StaticName,
        tuple::Tuple,
        typeobj::{self, Type},
    },
    error::{Exc, PyResult},
    kind::Kind,
    object::Ref,
    protocol::{attr, call, truth},
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

/// `isinstance(value, class)`
pub fn is_instance(t: &mut Thread, value: Value, class: Value) -> PyResult<bool> {
    if type_of(value).value() == class {
        return Ok(true);
    }
    check(t, value, class, Special::InstanceCheck)
}

/// `issubclass(subclass, class)`
pub fn is_subclass(t: &mut Thread, subclass: Value, class: Value) -> PyResult<bool> {
    check(t, subclass, class, Special::SubclassCheck)
}

fn check(t: &mut Thread, value: Value, class: Value, special: Special) -> PyResult<bool> {
    if let Some(c) = class.cast::<Type>()
        && type_of(class) == typeobj::class()
    {
        return plain(t, value, c, special);
    }
    t.check_native_stack()?;
    if let Some(classes) = class.as_tuple() {
        return any(t, value, classes, special);
    }
    if let Some(args) = crate::builtins::union_args(class) {
        return any(t, value, Ref::known(args), special);
    }
    if let Some(method) = type_of(class).special(t, special as usize) {
        let result = call::call_unbound(t, method, class, &[value])?;
        return truth::is_true(t, result);
    }
    recursive(t, value, class, special)
}

fn any(t: &mut Thread, value: Value, classes: Ref<Tuple>, special: Special) -> PyResult<bool> {
    for slot in classes.items() {
        if check(t, value, slot.get(), special)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn plain(t: &mut Thread, value: Value, class: Ref<Type>, special: Special) -> PyResult<bool> {
    if special == Special::SubclassCheck {
        return match value.cast::<Type>() {
            Some(sub) => Ok(sub.is_subtype(class)),
            None => recursive(t, value, class.value(), special),
        };
    }
    if type_of(value).is_subtype(class) {
        return Ok(true);
    }
    // A proxy may lie about its class.
    if !type_of(value).has(typeobj::HEAP) {
        return Ok(false);
    }
    static CLASS: StaticName = StaticName::new("__class__");
    let name = CLASS.get(t);
    if has_plain_class(t, type_of(value), name) {
        return Ok(false);
    }
    match attr::find_attr_value(t, value, name)?.and_then(|c| c.cast::<Type>()) {
        Some(claimed) => Ok(claimed.is_subtype(class)),
        None => Ok(false),
    }
}

/// Whether `__class__` of the instances is their type: nothing overrides what `object` says.
fn has_plain_class(t: &mut Thread, class: Ref<Type>, name: Value) -> bool {
    let object = class_of_kind(Kind::Object);
    let reading = Special::GetAttribute as usize;
    class.special(t, reading) == object.special(t, reading) && class.lookup(t, name) == object.lookup(t, name)
}

/// `type.__instancecheck__` and `type.__subclasscheck__`, also for things that merely have `__bases__`.
pub fn recursive(t: &mut Thread, value: Value, class: Value, special: Special) -> PyResult<bool> {
    if let Some(c) = class.cast::<Type>()
        && (special == Special::InstanceCheck || value.cast::<Type>().is_some())
    {
        return plain(t, value, c, special);
    }
    let what = if special == Special::SubclassCheck { "issubclass" } else { "isinstance" };
    if class.cast::<Type>().is_none() && bases(t, class)?.is_none() {
        let message = match special {
            Special::SubclassCheck => "issubclass() arg 2 must be a class, a tuple of classes, or a union",
            _ => "isinstance() arg 2 must be a type, a tuple of types, or a union",
        };
        return Err(t.type_error(message));
    }
    let start = if special == Special::SubclassCheck {
        value
    } else {
        attr::find_attr(t, value, "__class__")?.unwrap_or(Value::NONE)
    };
    if start.cast::<Type>().is_none() && bases(t, start)?.is_none() {
        if special == Special::SubclassCheck {
            return Err(t.type_error(format!("{what}() arg 1 must be a class")));
        }
        return Ok(false);
    }
    abstract_subclass(t, start, class)
}

fn bases(t: &mut Thread, class: Value) -> PyResult<Option<Ref<Tuple>>> {
    Ok(attr::find_attr(t, class, "__bases__")?.and_then(|b| b.cast::<Tuple>()))
}

fn abstract_subclass(t: &mut Thread, sub: Value, class: Value) -> PyResult<bool> {
    if sub == class {
        return Ok(true);
    }
    t.check_native_stack()?;
    let Some(list) = bases(t, sub)? else { return Ok(false) };
    for slot in list.items() {
        if abstract_subclass(t, slot.get(), class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an exception matches the class or tuple of an `except` clause.
pub fn exception_matches(t: &mut Thread, exception: Value, class: Value) -> PyResult<bool> {
    let valid = |c: Value| c.cast::<Type>().is_some_and(|c| c.has(typeobj::EXCEPTION));
    if let Some(classes) = class.cast::<Tuple>() {
        if !classes.items().iter().all(|s| valid(s.get())) {
            return Err(
                t.type_error("catching classes that do not inherit from BaseException is not allowed")
            );
        }
        return Ok(classes.items().iter().any(|s| type_of(exception).is_subtype(Ref::known(s.get()))));
    }
    if !valid(class) {
        return Err(t.type_error("catching classes that do not inherit from BaseException is not allowed"));
    }
    Ok(type_of(exception).is_subtype(Ref::known(class)))
}

/// Whether the value is an instance of a built-in exception class.
pub fn is_exception(t: &Thread, value: Value, class: Exc) -> bool {
    exceptions::is_instance(t, value, class)
}
