//! `types.GenericAlias` (`list[int]`). Unions stand in `generic/union.rs`, the substitution of type parameters in
//! `generic/substitute.rs`.

pub mod substitute;
pub mod union;

use pystm_gc::Marker;
use pystm_stm::Slot;

use super::{
    iterators::{ITER, NEXT},
    object::{self, text_of},
    tuple::{self, Tuple},
    typeobj::Type,
};
use crate::{
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, Method, NativeInfo, TypeDef, class_method, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
        record::{self, Record},
    },
    protocol::{attr, call, compare, hash, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

pub use union::{UNION_DEF, union_args, union_from_items, union_or};

/// A parameterized class.
pub struct GenericAlias {
    origin: Value,
    args: Value,
    /// `*tuple[int, ...]`
    starred: bool,
    /// The type parameters in `args`, found on first demand.
    parameters: Slot<Value>,
}

impl Payload for GenericAlias {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.origin);
        trace_value(marker, self.args);
        trace_value(marker, self.parameters.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// `origin[args]`; what is not a tuple counts as a single argument.
pub fn generic_alias(t: &mut Thread, origin: Value, args: Value) -> Value {
    let class = t.rt.native_class(t, &DEF);
    new_of_class(t, class, origin, args, false)
}

fn new_of_class(t: &mut Thread, class: Ref<Type>, origin: Value, args: Value, starred: bool) -> Value {
    let args = if args.cast::<Tuple>().is_some() { args } else { tuple::new_small(t, &[args]) };
    native::new(t, class, GenericAlias { origin, args, starred, parameters: Slot::new(Value::UNSET) })
}

/// Origin and arguments, if the value is such an alias.
pub fn alias_parts(value: Value) -> Option<(Value, Value)> {
    native::payload::<GenericAlias>(value).map(|a| (a.origin, a.args))
}

/// The row `__class_getitem__` for classes whose subscription makes an alias.
pub static CLASS_GETITEM: Method = class_method(
    "__class_getitem__",
    "($cls, object, /)",
    |t, a| Ok(generic_alias(t, a[0], a[1])),
    "See PEP 585",
);

/// Gives a native class `__class_getitem__`.
pub fn add_class_getitem(t: &mut Thread, class: Ref<Type>) {
    let owner = class.def().map_or("", |d| d.name);
    let info = NativeInfo::leak(&CLASS_GETITEM, owner);
    let found = super::function::native::new_class_method(t, info, class.value());
    super::dict::set_text(t, class.dict(), "__class_getitem__", found);
}

/// The type `types.GenericAlias`.
pub static DEF: TypeDef = TypeDef {
    name: "types.GenericAlias",
    doc: "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: crate::native::SUBCLASSABLE,
    methods: METHODS,
    getset: ATTRIBUTES,
    setup: Some(allow_weak_references),
};

fn allow_weak_references(t: &mut Thread, class: Ref<Type>) {
    let flags = class.flags.get() | super::typeobj::HAS_WEAKREF;
    let w = t.write(class);
    class.flags.set(&w, flags);
}

static METHODS: &[Method] = &[
    static_method("__new__", "($cls, origin, args, /)", new, "Create and return a new object."),
    method("__call__", "($self, /, *args, **kwargs)", call_alias, "Call self as a function."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__hash__", "($self, /)", hash_alias, "Return hash(self)."),
    method("__eq__", "($self, value, /)", eq, "Return self==value."),
    method("__getattribute__", "($self, name, /)", getattribute, "Return getattr(self, name)."),
    method("__getitem__", "($self, key, /)", getitem, "Return self[key]."),
    method("__iter__", "($self, /)", iter_alias, "Implement iter(self)."),
    method("__or__", "($self, value, /)", |t, a| union_or(t, a[0], a[1]), "Return self|value."),
    method("__ror__", "($self, value, /)", |t, a| union_or(t, a[1], a[0]), "Return value|self."),
    method("__mro_entries__", "($self, bases, /)", mro_entries, ""),
    method(
        "__instancecheck__",
        "($self, instance, /)",
        |t, _| Err(t.type_error("isinstance() argument 2 cannot be a parameterized generic")),
        "",
    ),
    method(
        "__subclasscheck__",
        "($self, subclass, /)",
        |t, _| Err(t.type_error("issubclass() argument 2 cannot be a parameterized generic")),
        "",
    ),
    method("__reduce__", "($self, /)", reduce, ""),
    method("__dir__", "($self, /)", dir, ""),
];

const ATTRIBUTES: &[GetSet] = &[
    getter("__origin__", |_, a| Ok(parts(a).origin), ""),
    getter("__args__", |_, a| Ok(parts(a).args), ""),
    getter("__unpacked__", |_, a| Ok(Value::bool(parts(a).starred)), ""),
    getter("__parameters__", parameters, "Type variables in the GenericAlias."),
    getter("__typing_unpacked_tuple_args__", unpacked_args, ""),
];

/// Attributes of the alias itself; all others are the origin's.
const OWN_ATTRIBUTES: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];

/// Attributes that the origin is not asked for.
const BLOCKED_ATTRIBUTES: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

fn parts(value: Value) -> &'static GenericAlias {
    native::payload::<GenericAlias>(value).expect("the receiver is an alias")
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(new_of_class(t, Ref::known(args[0]), args[1], args[2], false))
}

fn call_alias(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = call::call_ex(t, parts(args[0]).origin, args[1], args[2])?;
    if let Err(raised) = attr::setattr_text(t, object, "__orig_class__", args[0]) {
        if t.pending_is(Exc::AttributeError) || t.pending_is(Exc::TypeError) {
            t.take_exception(raised);
        } else {
            return Err(raised);
        }
    }
    Ok(object)
}

/// How a type is shown inside an alias or union: by its name if it is a class.
pub fn type_text(t: &mut Thread, value: Value) -> PyResult<String> {
    if value == Value::ELLIPSIS {
        return Ok("...".to_owned());
    }
    if value == super::super::runtime::class_of_kind(Kind::NoneType).value() {
        return Ok("None".to_owned());
    }
    if attr::find_attr(t, value, "__origin__")?.is_some() && attr::find_attr(t, value, "__args__")?.is_some()
    {
        return text::repr_string(t, value);
    }
    let Some(qualname) = attr::find_attr(t, value, "__qualname__")? else {
        return text::repr_string(t, value);
    };
    let Some(module) = attr::find_attr(t, value, "__module__")?.filter(|m| !m.is_none()) else {
        return text::repr_string(t, value);
    };
    let qualname = text::str_string(t, qualname)?;
    if text_of(module) == "builtins" {
        return Ok(qualname);
    }
    let module = text::str_string(t, module)?;
    Ok(format!("{module}.{qualname}"))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let alias = parts(args[0]);
    let origin = type_text(t, alias.origin)?;
    let list = Ref::<Tuple>::known(alias.args);
    let mut shown = Vec::new();
    for &arg in list.values() {
        shown.push(match arg.cast::<super::list::List>() {
            // The argument list of a parameter specification.
            Some(inner) => {
                let mut parts = Vec::new();
                for i in 0..inner.len() {
                    // Showing an item may change the list.
                    let Some(item) = inner.get(i) else {
                        return Err(t.raise(Exc::IndexError, "list index out of range"));
                    };
                    parts.push(type_text(t, item)?);
                }
                format!("[{}]", parts.join(", "))
            }
            None => type_text(t, arg)?,
        });
    }
    let inner = if shown.is_empty() { "()".to_owned() } else { shown.join(", ") };
    let star = if alias.starred { "*" } else { "" };
    Ok(t.new_str(&format!("{star}{origin}[{inner}]")))
}

fn hash_alias(t: &mut Thread, args: &[Value]) -> PyResult {
    let alias = parts(args[0]);
    let h = hash::hash(t, alias.origin)? ^ hash::hash(t, alias.args)?;
    Ok(super::int::from_i64(t, h as i64))
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = native::payload::<GenericAlias>(args[1]) else { return Ok(Value::NOT_IMPLEMENTED) };
    let this = parts(args[0]);
    if this.starred != other.starred || !compare::equal(t, this.origin, other.origin)? {
        return Ok(Value::FALSE);
    }
    Ok(Value::bool(compare::equal(t, this.args, other.args)?))
}

fn getattribute(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = attr::attribute_name(t, args[1])?;
    let text = text_of(name);
    if OWN_ATTRIBUTES.contains(&text.as_str()) || BLOCKED_ATTRIBUTES.contains(&text.as_str()) {
        return attr::generic_getattr(t, args[0], name);
    }
    attr::getattr(t, parts(args[0]).origin, name)
}

fn parameters(t: &mut Thread, value: Value) -> PyResult {
    let alias = parts(value);
    if let Some(found) = alias.parameters.get().given() {
        return Ok(found);
    }
    let found = substitute::parameters_of(t, alias.args)?;
    let w = t.write_object(value.object_unchecked());
    alias.parameters.set(&w, found);
    Ok(found)
}

fn unpacked_args(_: &mut Thread, value: Value) -> PyResult {
    let alias = parts(value);
    let is_tuple = alias.origin == super::super::runtime::class_of_kind(Kind::Tuple).value();
    Ok(if alias.starred && is_tuple { alias.args } else { Value::NONE })
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let alias = parts(args[0]);
    let found = parameters(t, args[0])?;
    let new_args = substitute::substitute(t, args[0], alias.args, Ref::known(found), args[1])?;
    let class = type_of(args[0]);
    Ok(new_of_class(t, class, alias.origin, new_args, alias.starred))
}

/// Gives the starred form of an alias, for `*alias`. Its value is the alias, or unset at the end.
static ITERATOR: TypeDef = record::def(
    "generic_alias_iterator",
    "",
    crate::native::NO_CONSTRUCTOR,
    &[ITER, NEXT, method("__reduce__", "($self, /)", reduce_iterator, "State for pickling.")],
);

fn iter_alias(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(record::new(t, &ITERATOR, Some(next_starred), &[args[0]]))
}

fn next_starred(t: &mut Thread, this: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(value) = this.get(0).given() else { return Ok(None) };
    this.set(t, 0, Value::UNSET);
    let alias = parts(value);
    Ok(Some(new_of_class(t, type_of(value), alias.origin, alias.args, true)))
}

fn reduce_iterator(t: &mut Thread, args: &[Value]) -> PyResult {
    let iter = object::builtin(t, "iter")?;
    let rest = Ref::<Record>::known(args[0]).get(0);
    let source = if rest.is_unset() { tuple::new_small(t, &[]) } else { rest };
    let arguments = tuple::new_small(t, &[source]);
    Ok(tuple::new_small(t, &[iter, arguments]))
}

fn mro_entries(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(tuple::new_small(t, &[parts(args[0]).origin]))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let alias = parts(args[0]);
    let class = type_of(args[0]).value();
    if alias.starred {
        let plain = generic_alias(t, alias.origin, alias.args);
        let iterator = crate::protocol::iter::iter(t, plain)?;
        let next = object::builtin(t, "next")?;
        let inner = tuple::new_small(t, &[iterator]);
        return Ok(tuple::new_small(t, &[next, inner]));
    }
    let inner = tuple::new_small(t, &[alias.origin, alias.args]);
    Ok(tuple::new_small(t, &[class, inner]))
}

fn dir(t: &mut Thread, args: &[Value]) -> PyResult {
    let names = call::call_method(t, parts(args[0]).origin, "__dir__", &[]);
    let names = match names {
        Ok(names) => names,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            let dir = object::builtin(t, "dir")?;
            call::call(t, dir, &[parts(args[0]).origin])?
        }
    };
    let mut items = crate::protocol::iter::collect(t, names)?;
    for name in OWN_ATTRIBUTES {
        let name = t.intern(name);
        if !items.contains(&name) {
            items.push(name);
        }
    }
    super::list::try_new(t, &items)
}
