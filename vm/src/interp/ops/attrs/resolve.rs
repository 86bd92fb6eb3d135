//! Attribute look-ups whose result holds for all objects of a shape.

use crate::{
    builtins::{
        descriptors::{ClassMethod, StaticMethod},
        function::{
            Function,
            native::{Member, NativeMethod},
        },
        typeobj::{Type, lookup},
    },
    interp::attr_cache::{Found, Place},
    kind::Kind,
    object::Ref,
    protocol::{attr, call},
    runtime::{class_of_kind, type_of},
    shape::{self, Shape, SlotPlace, shape},
    special::Special,
    thread::Thread,
    value::Value,
};

/// Whether the class has the `special` method of this built-in class.
pub(super) fn has_method_of(t: &mut Thread, class: Ref<Type>, special: Special, owner: Kind) -> bool {
    class
        .special(t, special as usize)
        .and_then(|m| m.cast::<NativeMethod>())
        .is_some_and(|n| n.owner.get() == class_of_kind(owner).value())
}

/// The word of a slot that `__slots__` made, if that is what was found on the class.
pub(super) fn member_word(found: Option<Value>, class: Ref<Type>, shape: &Shape) -> Option<usize> {
    let member = found?.cast::<Member>()?;
    match shape.place(member.slot as usize) {
        SlotPlace::Inline(word) if class.is_subtype(Ref::known(member.owner.get())) => Some(word),
        _ => None,
    }
}

/// Where `object.name` is found, if the answer holds for all objects of its shape. `name` is interned.
pub(super) fn resolve(t: &mut Thread, object: Value, name: Value) -> Option<Found> {
    let o = object.object()?;
    let class = type_of(object);
    let s = shape(o.header.shape());
    let found = match s.kind {
        Kind::Type => resolve_on_type(t, Ref::known(object), name),
        // These keep attributes in a dict of their own.
        Kind::Module | Kind::Function | Kind::ClassMethod | Kind::StaticMethod => None,
        _ => resolve_on_instance(t, class, s, name),
    };
    // The cached answer is good as long as the class keeps its version tag.
    if lookup::ensure_version(t, class) == 0 { None } else { found }
}

fn resolve_on_instance(t: &mut Thread, class: Ref<Type>, s: &Shape, name: Value) -> Option<Found> {
    if s.dict_mode || !has_method_of(t, class, Special::GetAttribute, Kind::Object) {
        return None;
    }
    let found = class.lookup(t, name);
    let own = |word: usize| Some(Found { place: Place::Own, detail: word as u32, value: Value::UNSET });
    if let Some(word) = member_word(found, class, s) {
        return own(word);
    }
    let kind = found.map_or(attr::DescriptorKind::Plain, |f| attr::descriptor_kind(t, f));
    if kind == attr::DescriptorKind::Data {
        let property =
            found.filter(|f| f.object().is_some_and(|o| o.header.shape() == Kind::Property.shape()));
        return property.map(|value| Found { place: Place::Property, detail: 0, value });
    }
    if let Some(n) = s.find(name) {
        return match s.place(n) {
            SlotPlace::Inline(word) => own(word),
            SlotPlace::Overflow(i) => {
                Some(Found { place: Place::Overflow, detail: i as u32, value: Value::UNSET })
            }
        };
    }
    let value = found?;
    let place = match kind {
        attr::DescriptorKind::NonData if takes_instance(class, value) => Place::Method,
        attr::DescriptorKind::NonData => return static_function(value),
        _ => Place::Class,
    };
    Some(Found { place, detail: 0, value })
}

/// Whether something with `__get__` is a function that can be called with the instance in front of the arguments.
fn takes_instance(class: Ref<Type>, value: Value) -> bool {
    match value.object().map(|o| shape::shape_of_object(o).kind) {
        Some(Kind::Function) => true,
        Some(Kind::NativeMethod) => call::fits(Ref::known(value), class),
        _ => false,
    }
}

/// What an exact `staticmethod` holds.
fn static_function(value: Value) -> Option<Found> {
    let exact = value.object()?.header.shape() == Kind::StaticMethod.shape();
    let function = Ref::<StaticMethod>::from_value(value).filter(|_| exact)?.callable.get();
    Some(Found { place: Place::Class, detail: 0, value: function })
}

/// `Class.name` without a metaclass that has a say in it.
fn resolve_on_type(t: &mut Thread, class: Ref<Type>, name: Value) -> Option<Found> {
    let metaclass = type_of(class.value());
    if !has_method_of(t, metaclass, Special::GetAttribute, Kind::Type) {
        return None;
    }
    if let Some(f) = metaclass.lookup(t, name)
        && attr::descriptor_kind(t, f) == attr::DescriptorKind::Data
    {
        return None;
    }
    let version = lookup::ensure_version(t, class);
    let value = class.lookup(t, name)?;
    if version == 0 {
        return None;
    }
    let (place, value) = match value.object().map(|o| (shape::shape_of_object(o).kind, o.header.shape())) {
        Some((Kind::Function, _)) => (Place::OfType, value),
        Some((Kind::ClassMethod, id)) if id == Kind::ClassMethod.shape() => {
            let function = Ref::<ClassMethod>::known(value).callable.get();
            function.cast::<Function>()?;
            (Place::OfTypeMethod, function)
        }
        _ => match attr::descriptor_kind(t, value) {
            attr::DescriptorKind::Plain | attr::DescriptorKind::WriteOnly => (Place::OfType, value),
            _ => (Place::OfType, static_function(value)?.value),
        },
    };
    Some(Found { place, detail: version, value })
}
