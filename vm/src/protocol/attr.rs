//! Attribute access.

use crate::{
    attributes,
    builtins::{
        bound_method,
        descriptors::{self, ClassMethod, Property, StaticMethod},
        dict,
        function::native::{self, GetSetDescriptor, Member, NativeMethod},
        module::Module,
        str::Str,
        typeobj::{self, HEAP, Type, lookup},
    },
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::Binding,
    object::Ref,
    protocol::call,
    runtime::{class_of_kind, type_of},
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `object.name`; `name` is a str.
pub fn getattr(t: &mut Thread, object: Value, name: Value) -> PyResult {
    let class = type_of(object);
    let method = class.special(t, Special::GetAttribute as usize);
    let result = match method.and_then(|m| m.cast::<NativeMethod>()) {
        Some(native) if native.owner.get() == class_of_kind(Kind::Object).value() => {
            generic_getattr(t, object, name)
        }
        Some(native) if call::fits(native, class) => (native.info().method.function)(t, &[object, name]),
        _ => match method {
            Some(m) => call::call_unbound(t, m, object, &[name]),
            None => generic_getattr(t, object, name),
        },
    };
    match result {
        Err(raised) if t.pending_is(Exc::AttributeError) => fall_back(t, object, name, raised),
        other => other,
    }
}

/// After an AttributeError: what `__getattr__` says, if there is one.
pub fn fall_back(t: &mut Thread, object: Value, name: Value, raised: Raised) -> PyResult {
    match type_of(object).special(t, Special::GetAttr as usize) {
        Some(fallback) => {
            t.take_exception(raised);
            t.check_native_stack()?;
            call::call_unbound(t, fallback, object, &[name])
        }
        None => Err(raised),
    }
}

/// `object.name` by the text of the name.
pub fn getattr_text(t: &mut Thread, object: Value, name: &str) -> PyResult {
    let name = t.intern(name);
    getattr(t, object, name)
}

/// `getattr(object, name, None)` as an option: only AttributeError counts as absence.
pub fn find_attr(t: &mut Thread, object: Value, name: &str) -> PyResult<Option<Value>> {
    let name = t.intern(name);
    find_attr_value(t, object, name)
}

/// As [`find_attr`], with an interned name. Where nothing but the plain look-up can answer, no exception is made.
pub fn find_attr_value(t: &mut Thread, object: Value, name: Value) -> PyResult<Option<Value>> {
    let class = type_of(object);
    let method = class.special(t, Special::GetAttribute as usize).and_then(|m| m.cast::<NativeMethod>());
    let owner = method.map(|m| m.owner.get());
    if class.special(t, Special::GetAttr as usize).is_none() {
        let found = if owner == Some(class_of_kind(Kind::Object).value()) && object.cast::<Module>().is_none()
        {
            Some(find_generic(t, object, name))
        } else if owner == Some(class_of_kind(Kind::Type).value()) {
            Some(find_on_type(t, Ref::known(object), name))
        } else {
            None
        };
        match found {
            Some(Err(raised)) => {
                t.catch(raised, Exc::AttributeError)?;
                return Ok(None);
            }
            Some(found) => return found,
            None => {}
        }
    }
    match getattr(t, object, name) {
        Ok(v) => Ok(Some(v)),
        Err(raised) => {
            t.catch(raised, Exc::AttributeError)?;
            Ok(None)
        }
    }
}

/// What binding does with an object found on a class.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DescriptorKind {
    /// It has no `__get__`.
    Plain,
    /// It has `__get__` only: the instance's own attributes come first.
    NonData,
    /// It has `__get__` and `__set__` or `__delete__`: it comes first.
    Data,
    /// It has `__set__` or `__delete__`, but no `__get__`: it comes first for writing only.
    WriteOnly,
}

/// Classifies what was found on a class.
pub fn descriptor_kind(t: &mut Thread, found: Value) -> DescriptorKind {
    let Some(object) = found.object() else { return DescriptorKind::Plain };
    match shape::shape_of_object(object).kind {
        Kind::Function | Kind::NativeMethod => DescriptorKind::NonData,
        kind @ (Kind::ClassMethod | Kind::StaticMethod) if object.header.shape() == kind.shape() => {
            DescriptorKind::NonData
        }
        Kind::Property | Kind::GetSet | Kind::Member => DescriptorKind::Data,
        Kind::Str | Kind::Tuple | Kind::List | Kind::Dict | Kind::NativeFunction => DescriptorKind::Plain,
        _ => {
            let class = type_of(found);
            let writes = class.special(t, Special::Set as usize).is_some()
                || class.special(t, Special::Delete as usize).is_some();
            match (class.special(t, Special::Get as usize).is_some(), writes) {
                (true, true) => DescriptorKind::Data,
                (false, true) => DescriptorKind::WriteOnly,
                (true, false) => DescriptorKind::NonData,
                (false, false) => DescriptorKind::Plain,
            }
        }
    }
}

/// The kind that says how to bind an object, or `Kind::Native` if its class has a special method of its own for that: a
/// Python class over `property` and its like may.
fn descriptor_body(t: &mut Thread, found: Value, special: Special) -> Kind {
    let Some(object) = found.object() else { return Kind::Native };
    let kind = shape::shape_of_object(object).kind;
    if matches!(kind, Kind::Property | Kind::ClassMethod | Kind::StaticMethod)
        && object.header.shape() != kind.shape()
        && t.special(found, special).is_none_or(|m| m.cast::<NativeMethod>().is_none())
    {
        return Kind::Native;
    }
    kind
}

/// Binds what was found on a class: `type(found).__get__(found, instance, owner)`. `instance` may be unset.
pub fn bind_descriptor(t: &mut Thread, found: Value, instance: Value, owner: Value) -> PyResult {
    if !found.is_object() {
        return Ok(found);
    }
    match descriptor_body(t, found, Special::Get) {
        Kind::Function => {
            if instance.is_unset() {
                return Ok(found);
            }
            Ok(bound_method::new(t, found, instance))
        }
        Kind::NativeMethod => {
            let method = Ref::<NativeMethod>::known(found);
            match method.info().method.binding {
                Binding::Class => {
                    let receiver = if owner.is_unset() { type_of(instance).value() } else { owner };
                    Ok(native::bind(t, method.info(), receiver))
                }
                _ if instance.is_unset() => Ok(found),
                _ if call::fits(method, type_of(instance)) => Ok(native::bind(t, method.info(), instance)),
                _ => Err(wrong_receiver(t, method.owner.get(), method.info().method.name, instance)),
            }
        }
        Kind::StaticMethod => Ok(Ref::<StaticMethod>::known(found).callable.get()),
        Kind::ClassMethod => {
            let receiver = if owner.is_unset() { type_of(instance).value() } else { owner };
            let callable = Ref::<ClassMethod>::known(found).callable.get();
            Ok(bound_method::new(t, callable, receiver))
        }
        Kind::Property => {
            if instance.is_unset() {
                return Ok(found);
            }
            descriptors::property_get(t, Ref::<Property>::known(found), instance)
        }
        Kind::GetSet => {
            if instance.is_unset() {
                return Ok(found);
            }
            let getset = Ref::<GetSetDescriptor>::known(found);
            check_getset(t, getset, instance)?;
            (getset.row().get)(t, instance)
        }
        Kind::Member => {
            if instance.is_unset() {
                return Ok(found);
            }
            member_get(t, Ref::known(found), instance)
        }
        _ => match t.special(found, Special::Get) {
            Some(get) => {
                t.check_native_stack()?;
                call::call_unbound(t, get, found, &[instance.or(Value::NONE), owner.or(Value::NONE)])
            }
            None => Ok(found),
        },
    }
}

/// TypeError if the object is no instance of the type that the attribute belongs to.
#[inline]
fn check_getset(t: &mut Thread, getset: Ref<GetSetDescriptor>, instance: Value) -> PyResult<()> {
    if type_of(instance).is_subtype(Ref::known(getset.owner.get())) {
        return Ok(());
    }
    Err(wrong_receiver(t, getset.owner.get(), getset.row().name, instance))
}

#[cold]
fn wrong_receiver(t: &mut Thread, owner: Value, name: &str, instance: Value) -> Raised {
    let (owner, got) = (Ref::<Type>::known(owner).name(), type_of(instance).name());
    t.type_error(format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"))
}

fn member_get(t: &mut Thread, member: Ref<Member>, instance: Value) -> PyResult {
    let owner = Ref::<Type>::known(member.owner.get());
    if !type_of(instance).is_subtype(owner) {
        return Err(wrong_member_object(t, member, instance));
    }
    let value = attributes::get_slot(instance.object_unchecked(), member.slot as usize);
    if value.is_unset() {
        return Err(no_attribute(t, instance, member.name.get()));
    }
    Ok(value)
}

#[cold]
fn wrong_member_object(t: &mut Thread, member: Ref<Member>, instance: Value) -> Raised {
    wrong_receiver(t, member.owner.get(), &name_text(member.name.get()), instance)
}

/// Text of an attribute name.
pub fn name_text(name: Value) -> String {
    name.as_str().map(|s| s.to_rust()).unwrap_or_default()
}

/// AttributeError for a missing attribute, with `name` and `obj` set for suggestions.
#[cold]
pub fn no_attribute(t: &mut Thread, object: Value, name: Value) -> Raised {
    let text = name_text(name);
    let message = match object.cast::<Type>() {
        Some(class) => format!("type object '{}' has no attribute '{text}'", class.name()),
        None => format!("'{}' object has no attribute '{text}'", type_of(object).message_name()),
    };
    crate::builtins::exceptions::attribute_error(t, message, object, name)
}

/// Interned form of an attribute name; TypeError if it is no str.
pub fn attribute_name(t: &mut Thread, name: Value) -> PyResult {
    match name.cast::<Str>() {
        Some(s) if s.is_interned() => Ok(name),
        Some(_) => Ok(t.intern_value(name)),
        None => match name.as_str() {
            Some(s) => Ok(t.intern_value(s.value())),
            None => {
                let got = type_of(name).name();
                Err(t.type_error(format!("attribute name must be string, not '{got}'")))
            }
        },
    }
}

/// `object.__getattribute__(object, name)`
pub fn generic_getattr(t: &mut Thread, object: Value, name: Value) -> PyResult {
    let name = attribute_name(t, name)?;
    if let Some(module) = object.cast::<Module>() {
        return crate::builtins::module::getattr(t, module, name);
    }
    match find_generic(t, object, name)? {
        Some(v) => Ok(v),
        None => Err(no_attribute(t, object, name)),
    }
}

/// As [`generic_getattr`], `None` in place of AttributeError (errors of descriptors still count).
pub fn find_generic(t: &mut Thread, object: Value, name: Value) -> PyResult<Option<Value>> {
    find_with(t, object, name, |t| object.object().and_then(|o| own_attribute(t, o, name)))
}

/// As [`find_generic`], for an object whose own attributes are in `namespace`. The name is interned.
pub fn find_in(
    t: &mut Thread,
    object: Value,
    name: Value,
    namespace: Ref<dict::Dict>,
) -> PyResult<Option<Value>> {
    find_with(t, object, name, |t| dict::get_str(t, namespace, name))
}

fn find_with(
    t: &mut Thread,
    object: Value,
    name: Value,
    own: impl FnOnce(&mut Thread) -> Option<Value>,
) -> PyResult<Option<Value>> {
    let class = type_of(object);
    let found = class.lookup(t, name);
    let kind = match found {
        Some(f) => descriptor_kind(t, f),
        None => DescriptorKind::Plain,
    };
    if let (Some(f), DescriptorKind::Data) = (found, kind) {
        return bind_descriptor(t, f, object, class.value()).map(Some);
    }
    if let Some(own) = own(t) {
        return Ok(Some(own));
    }
    match (found, kind) {
        (Some(f), DescriptorKind::NonData) => bind_descriptor(t, f, object, class.value()).map(Some),
        (found, _) => Ok(found),
    }
}

/// An attribute from the object's own namespace: slots, `__dict__` of functions and modules.
fn own_attribute(t: &mut Thread, object: &'static pystm_gc::Object, name: Value) -> Option<Value> {
    let namespace = match shape::shape_of_object(object).kind {
        Kind::Function => {
            // SAFETY: the kind names the body.
            let f: Ref<crate::builtins::function::Function> = unsafe { Ref::from_ptr(object) };
            f.dict.get().cast::<dict::Dict>()?
        }
        Kind::Module => {
            // SAFETY: the kind names the body.
            let m: Ref<Module> = unsafe { Ref::from_ptr(object) };
            m.dict()
        }
        Kind::ClassMethod | Kind::StaticMethod => descriptors::namespace(t, Value::from_object(object)),
        _ => return attributes::get_own(t, object, name),
    };
    dict::get_str(t, namespace, name)
}

/// `type.__getattribute__(class, name)`
pub fn type_getattr(t: &mut Thread, class: Ref<Type>, name: Value) -> PyResult {
    let name = attribute_name(t, name)?;
    match find_on_type(t, class, name)? {
        Some(found) => Ok(found),
        None => Err(no_attribute(t, class.value(), name)),
    }
}

/// As [`type_getattr`], `None` in place of AttributeError (errors of descriptors still count).
fn find_on_type(t: &mut Thread, class: Ref<Type>, name: Value) -> PyResult<Option<Value>> {
    let metaclass = type_of(class.value());
    let meta_found = metaclass.lookup(t, name);
    let kind = match meta_found {
        Some(f) => descriptor_kind(t, f),
        None => DescriptorKind::Plain,
    };
    if let (Some(f), DescriptorKind::Data) = (meta_found, kind) {
        return bind_descriptor(t, f, class.value(), metaclass.value()).map(Some);
    }
    if let Some(found) = lookup::lookup(t, class, name) {
        return bind_descriptor(t, found, Value::UNSET, class.value()).map(Some);
    }
    match meta_found {
        Some(f) => bind_descriptor(t, f, class.value(), metaclass.value()).map(Some),
        None => Ok(None),
    }
}

/// For a method call: the callable, and whether it takes the object as first argument. Avoids making bound methods.
pub fn load_method(t: &mut Thread, object: Value, name: Value) -> PyResult<(Value, bool)> {
    let class = type_of(object);
    let plain = class
        .special(t, Special::GetAttribute as usize)
        .and_then(|m| m.cast::<NativeMethod>())
        .is_some_and(|n| n.owner.get() == class_of_kind(Kind::Object).value());
    if plain && object.cast::<Module>().is_none() {
        let name = attribute_name(t, name)?;
        if let Some(found) = class.lookup(t, name) {
            let direct = match found.object().map(|o| shape::shape_of_object(o).kind) {
                Some(Kind::Function) => true,
                Some(Kind::NativeMethod) => call::fits(Ref::known(found), class),
                _ => false,
            };
            if direct {
                let own = match object.object() {
                    Some(o) => own_attribute(t, o, name),
                    None => None,
                };
                return Ok(match own {
                    Some(v) => (v, false),
                    None => (found, true),
                });
            }
        }
    }
    Ok((getattr(t, object, name)?, false))
}

/// `object.name = value`, or `del object.name` with an unset value.
pub fn setattr(t: &mut Thread, object: Value, name: Value, value: Value) -> PyResult<()> {
    let class = type_of(object);
    let special = if value.is_unset() { Special::DelAttr } else { Special::SetAttr };
    let Some(method) = class.special(t, special as usize) else {
        return generic_setattr(t, object, name, value);
    };
    if let Some(native) = method.cast::<NativeMethod>() {
        if native.owner.get() == class_of_kind(Kind::Object).value() {
            return generic_setattr(t, object, name, value);
        }
        if native.owner.get() == class_of_kind(Kind::Type).value() && object.cast::<Type>().is_some() {
            return type_setattr(t, Ref::known(object), name, value);
        }
    }
    if value.is_unset() {
        call::call_unbound(t, method, object, &[name])?;
    } else {
        call::call_unbound(t, method, object, &[name, value])?;
    }
    Ok(())
}

/// `object.name = value` by the text of the name.
pub fn setattr_text(t: &mut Thread, object: Value, name: &str, value: Value) -> PyResult<()> {
    let name = t.intern(name);
    setattr(t, object, name, value)
}

/// Calls a data descriptor's `__set__` or (with an unset value) `__delete__`; false if it has none.
fn set_through_descriptor(
    t: &mut Thread,
    found: Value,
    object: Value,
    value: Value,
    name: Value,
) -> PyResult<bool> {
    if !found.is_object() {
        return Ok(false);
    }
    let special = if value.is_unset() { Special::Delete } else { Special::Set };
    match descriptor_body(t, found, special) {
        Kind::Property => {
            descriptors::property_set(t, Ref::known(found), object, value, name)?;
            Ok(true)
        }
        Kind::GetSet => {
            let d = Ref::<GetSetDescriptor>::known(found);
            check_getset(t, d, object)?;
            match d.row().set {
                Some(set) => set(t, object, value)?,
                None if d.row().member => return Err(t.raise(Exc::AttributeError, "readonly attribute")),
                None => {
                    let (attribute, owner) = (d.row().name, Ref::<Type>::known(d.owner.get()).name());
                    let message = format!("attribute '{attribute}' of '{owner}' objects is not writable");
                    return Err(t.raise(Exc::AttributeError, message));
                }
            }
            Ok(true)
        }
        Kind::Member => {
            let member = Ref::<Member>::known(found);
            if !type_of(object).is_subtype(Ref::known(member.owner.get())) {
                return Err(wrong_member_object(t, member, object));
            }
            let o = object.object_unchecked();
            if value.is_unset() && attributes::get_slot(o, member.slot as usize).is_unset() {
                let message = name_text(name);
                return Err(crate::builtins::exceptions::attribute_error(t, message, object, name));
            }
            attributes::set_slot(t, o, member.slot as usize, value);
            Ok(true)
        }
        Kind::Function | Kind::NativeMethod | Kind::Str | Kind::Tuple => Ok(false),
        _ => {
            let class = type_of(found);
            if let Some(method) = class.special(t, special as usize) {
                if value.is_unset() {
                    call::call_unbound(t, method, found, &[object])?;
                } else {
                    call::call_unbound(t, method, found, &[object, value])?;
                }
                return Ok(true);
            }
            let other = if value.is_unset() { Special::Set } else { Special::Delete };
            if class.special(t, other as usize).is_some() {
                let text = if value.is_unset() { "__delete__" } else { "__set__" };
                return Err(t.raise(Exc::AttributeError, text));
            }
            Ok(false)
        }
    }
}

/// Writes through a getset or member, or (with an unset value) deletes.
pub fn set_data(t: &mut Thread, descriptor: Value, object: Value, value: Value) -> PyResult<()> {
    let name = match descriptor.cast::<Member>() {
        Some(member) => member.name.get(),
        None => t.intern(Ref::<GetSetDescriptor>::known(descriptor).row().name),
    };
    set_through_descriptor(t, descriptor, object, value, name).map(|_| ())
}

/// `object.__setattr__(object, name, value)`, or `object.__delattr__` with an unset value.
pub fn generic_setattr(t: &mut Thread, object: Value, name: Value, value: Value) -> PyResult<()> {
    set_in(t, object, name, value, None)
}

/// As [`generic_setattr`], for an object whose own attributes are in `namespace` if one is given.
pub fn set_in(
    t: &mut Thread,
    object: Value,
    name: Value,
    value: Value,
    namespace: Option<Ref<dict::Dict>>,
) -> PyResult<()> {
    let name = attribute_name(t, name)?;
    let class = type_of(object);
    let found = class.lookup(t, name);
    if let Some(f) = found
        && set_through_descriptor(t, f, object, value, name)?
    {
        return Ok(());
    }
    let done = match object.object() {
        None => false,
        Some(o) => match namespace.or_else(|| own_namespace(t, o)) {
            Some(namespace) if value.is_unset() => dict::remove(t, namespace, name)?.is_some(),
            Some(namespace) => {
                dict::set(t, namespace, name, value)?;
                true
            }
            None if value.is_unset() => attributes::delete_own(t, o, name),
            None => attributes::set_own(t, o, name, value),
        },
    };
    if done {
        return Ok(());
    }
    let text = name_text(name);
    let class_name = class.name();
    if found.is_some() && !(value.is_unset() && typeobj::instances_have_dict(class)) {
        let message = format!("'{class_name}' object attribute '{text}' is read-only");
        return Err(crate::builtins::exceptions::attribute_error(t, message, object, name));
    }
    if value.is_unset() || typeobj::instances_have_dict(class) {
        return Err(no_attribute(t, object, name));
    }
    let message =
        format!("'{class_name}' object has no attribute '{text}' and no __dict__ for setting new attributes");
    Err(crate::builtins::exceptions::attribute_error(t, message, object, name))
}

/// The `__dict__` of objects that keep their attributes in one of their own (functions, modules).
pub(crate) fn own_namespace(t: &mut Thread, object: &'static pystm_gc::Object) -> Option<Ref<dict::Dict>> {
    match shape::shape_of_object(object).kind {
        // SAFETY: the kind names the body.
        Kind::Module => Some(unsafe { Ref::<Module>::from_ptr(object) }.dict()),
        Kind::Function => {
            // SAFETY: the kind names the body.
            let f: Ref<crate::builtins::function::Function> = unsafe { Ref::from_ptr(object) };
            Some(dict::on_demand(t, object, &f.dict))
        }
        Kind::ClassMethod | Kind::StaticMethod => Some(descriptors::namespace(t, Value::from_object(object))),
        _ => None,
    }
}

/// `type.__setattr__(class, name, value)`, or `type.__delattr__` with an unset value.
pub fn type_setattr(t: &mut Thread, class: Ref<Type>, name: Value, value: Value) -> PyResult<()> {
    let name = attribute_name(t, name)?;
    if !class.has(HEAP) && !class.has(crate::native::MUTABLE as u64) {
        let (text, class_name) = (name_text(name), lookup::full_name(t, class));
        return Err(t.type_error(format!("cannot set '{text}' attribute of immutable type '{class_name}'")));
    }
    let metaclass = type_of(class.value());
    if let Some(f) = metaclass.lookup(t, name)
        && set_through_descriptor(t, f, class.value(), value, name)?
    {
        return Ok(());
    }
    if lookup::set_attribute(t, class, name, value)? {
        return Ok(());
    }
    Err(no_attribute(t, class.value(), name))
}
