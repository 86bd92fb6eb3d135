//! `__slots__`, and whether instances have `__dict__` and `__weakref__`.

use super::{HAS_WEAKREF, Type, instances_have_dict, methods::item_size};
use crate::{
    attributes,
    builtins::{
        dict::{self, Dict},
        function::native as native_function,
        object,
        tuple::{self, Tuple},
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, getset, getter},
    object::Ref,
    protocol::{call, iter, text},
    runtime::type_of,
    shape,
    thread::Thread,
    value::Value,
};

/// What `__slots__` and the bases say of the instances.
pub struct Decided {
    /// Names of the new slots, mangled and sorted, or unset if there is no `__slots__`.
    pub names: Value,
    /// Instances have a `__dict__`.
    pub has_dict: bool,
    /// Instances can be weakly referenced.
    pub has_weakref: bool,
    adds_dict: bool,
    adds_weakref: bool,
    /// Slots that the base has already.
    inherited: usize,
}

/// Kinds whose bodies hold the namespace of the object themselves.
pub fn has_own_namespace(kind: Kind) -> bool {
    matches!(kind, Kind::Module | Kind::Type | Kind::Function | Kind::ClassMethod | Kind::StaticMethod)
}

/// Judges `__slots__` of a namespace.
pub fn decide(
    t: &mut Thread,
    namespace: Ref<Dict>,
    class: Value,
    base: Ref<Type>,
    bases: Ref<Tuple>,
) -> PyResult<Decided> {
    let base_dict = instances_have_dict(base) || has_own_namespace(base.instance_kind());
    // Native types of the core that can be referenced are told by their bodies; of the others nothing is known.
    let kind = base.instance_kind();
    let native =
        !matches!(kind, Kind::Native | Kind::Weak) && crate::builtins::weak::body_can_be_referenced(kind);
    let base_weakref = base.has(HAS_WEAKREF) || native;
    let may_add_weakref = !base_weakref && item_size(base) == 0;
    let inherited = attributes::slot_count(base);
    let Some(slots) = dict::get_text(t, namespace, "__slots__") else {
        return Ok(Decided {
            names: Value::UNSET,
            has_dict: true,
            has_weakref: base_weakref || may_add_weakref,
            adds_dict: !base_dict,
            adds_weakref: may_add_weakref,
            inherited,
        });
    };
    let given = if slots.as_str().is_some() {
        let mut one = t.vec();
        one.push(slots);
        one
    } else {
        iter::collect(t, slots)?
    };
    if !given.is_empty() && item_size(base) != 0 {
        let name = base.name();
        return Err(t.type_error(format!("nonempty __slots__ not supported for subtype of '{name}'")));
    }
    let (mut adds_dict, mut adds_weakref) = (false, false);
    let mut names = t.vec();
    for &name in given.iter() {
        let Some(slot) = name.as_str() else {
            let got = type_of(name).name();
            return Err(t.type_error(format!("__slots__ items must be strings, not '{got}'")));
        };
        let slot = slot.to_rust();
        let identifier = call::call_method(t, name, "isidentifier", &[])?;
        if identifier != Value::TRUE {
            return Err(t.type_error("__slots__ must be identifiers"));
        }
        match slot.as_str() {
            "__dict__" if base_dict || adds_dict => {
                return Err(t.type_error("__dict__ slot disallowed: we already got one"));
            }
            "__dict__" => adds_dict = true,
            "__weakref__" if !may_add_weakref || adds_weakref => {
                return Err(t.type_error("__weakref__ slot disallowed: we already got one"));
            }
            "__weakref__" => adds_weakref = true,
            _ => names.push(mangled(t, class, &slot)),
        }
    }
    for &name in names.iter() {
        if dict::get_str(t, namespace, name).is_some()
            && !matches!(
                object::text_of(name).as_str(),
                "__qualname__" | "__classcell__" | "__classdictcell__"
            )
        {
            let name = text::repr_string(t, name)?;
            return Err(t.value_error(format!("{name} in __slots__ conflicts with class variable")));
        }
    }
    names.sort_by_key(|&n| object::text_of(n));
    // Further bases may bring what this class alone would not have.
    for &other in bases.values() {
        let Some(other) = other.cast::<Type>().filter(|&o| o != base) else { continue };
        adds_dict |= !base_dict && instances_have_dict(other);
        adds_weakref |= may_add_weakref && other.has(HAS_WEAKREF);
    }
    let names = tuple::new(t, &names)?;
    Ok(Decided {
        names,
        has_dict: base_dict || adds_dict,
        has_weakref: base_weakref || adds_weakref,
        adds_dict,
        adds_weakref,
        inherited,
    })
}

/// The private form of a name in a class body.
fn mangled(t: &mut Thread, class: Value, name: &str) -> Value {
    let class = object::text_of(class);
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() {
        return t.intern(name);
    }
    t.intern(&format!("_{class}{name}"))
}

static DICT: GetSet =
    getset("__dict__", instance_dict, set_instance_dict, "dictionary for instance variables");
static WEAKREF: GetSet = getter("__weakref__", weakref, "list of weak references to the object");

/// Puts the descriptors for slots, `__dict__` and `__weakref__` into the class's namespace.
pub fn add_descriptors(t: &mut Thread, class: Ref<Type>, decided: &Decided) -> PyResult<()> {
    let namespace = class.dict();
    if let Some(names) = decided.names.cast::<Tuple>() {
        for (i, &name) in names.values().iter().enumerate() {
            let member = native_function::new_member(t, decided.inherited + i, class.value(), name);
            dict::set(t, namespace, name, member)?;
        }
    }
    // What the body of the class defines under these names stays.
    if decided.adds_dict && dict::get_text(t, namespace, "__dict__").is_none() {
        add_dict_descriptor(t, class);
    }
    if decided.adds_weakref && dict::get_text(t, namespace, "__weakref__").is_none() {
        let descriptor = native_function::new_getset(t, &WEAKREF, class.value());
        super::create::put(t, namespace, "__weakref__", descriptor);
    }
    Ok(())
}

/// Puts the descriptor of `__dict__` into the class's namespace.
pub(crate) fn add_dict_descriptor(t: &mut Thread, class: Ref<Type>) {
    let descriptor = native_function::new_getset(t, &DICT, class.value());
    super::create::put(t, class.dict(), "__dict__", descriptor);
}

/// `object.__dict__`
pub fn instance_dict(t: &mut Thread, object: Value) -> PyResult {
    match object.object() {
        Some(o) => match crate::protocol::attr::own_namespace(t, o) {
            Some(own) => Ok(own.value()),
            None if shape::shape_of_object(o).attrs != 0 => Ok(attributes::dict(t, o).value()),
            None => match object.cast::<Type>() {
                Some(class) => Ok(crate::builtins::mappingproxy::new(t, class.dict.get())),
                None => Err(t.raise(Exc::AttributeError, "This object has no __dict__")),
            },
        },
        None => Err(t.raise(Exc::AttributeError, "This object has no __dict__")),
    }
}

/// `object.__dict__ = value`
pub fn set_instance_dict(t: &mut Thread, object: Value, value: Value) -> PyResult<()> {
    let dict = match value.given() {
        // Instances of native types with a `__dict__` cannot be without.
        None if super::native_def(type_of(object))
            .is_some_and(|d| d.flags & crate::native::HAS_DICT != 0) =>
        {
            return Err(object::bad_dict(t, value));
        }
        None => dict::new(t),
        Some(v) => match v.cast::<Dict>() {
            Some(d) => d,
            None => return Err(object::bad_dict(t, value)),
        },
    };
    match object.object() {
        Some(o) if shape::shape_of_object(o).attrs != 0 => {
            attributes::set_dict(t, o, dict);
            Ok(())
        }
        _ => Err(t.raise(Exc::AttributeError, "This object has no __dict__")),
    }
}

fn weakref(t: &mut Thread, object: Value) -> PyResult {
    Ok(crate::builtins::weak::first_reference(t, object))
}
