//! `typing.TypeAliasType`: what `type X = ...` makes.

use pystm_gc::Marker;
use pystm_stm::Slot;

use super::lazy;
use crate::{
    builtins::{
        generic,
        object::calling_module,
        tuple::{self, Tuple},
    },
    error::PyResult,
    kind::Kind,
    native::{GetSet, Method, TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::call,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// The state of an alias.
struct TypeAlias {
    name: Value,
    /// A tuple.
    params: Value,
    function: Value,
    /// Unset until it is asked for.
    value: Slot<Value>,
    module: Value,
}

impl Payload for TypeAlias {
    fn trace(&self, marker: &mut Marker) {
        for value in [self.name, self.params, self.function, self.value.get(), self.module] {
            trace_value(marker, value);
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// The type `typing.TypeAliasType`.
pub static ALIAS_DEF: TypeDef = TypeDef {
    name: "typing.TypeAliasType",
    doc: "Type alias.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: METHODS,
    getset: ATTRIBUTES,
    setup: None,
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, /, name, value, *, type_params=())",
        new,
        "Create and return a new object.",
    ),
    method("__repr__", "($self, /)", |_, a| Ok(parts(a[0]).name), "Return repr(self)."),
    method("__getitem__", "($self, key, /)", getitem, "Return self[key]."),
    method("__iter__", "($self, /)", |t, a| lazy::iter_unpacked(t, a[0]), "Implement iter(self)."),
    method(
        "__or__",
        "($self, value, /)",
        |t, a| generic::union::checked_or(t, a[0], a[1]),
        "Return self|value.",
    ),
    method(
        "__ror__",
        "($self, value, /)",
        |t, a| generic::union::checked_or(t, a[1], a[0]),
        "Return value|self.",
    ),
    method("__reduce__", "($self, /)", |_, a| Ok(parts(a[0]).name), ""),
];

const ATTRIBUTES: &[GetSet] = &[
    getter("__name__", |_, a| Ok(parts(a).name), ""),
    getter("__value__", value, ""),
    getter("evaluate_value", |t, a| lazy::evaluator(t, parts(a).function, parts(a).value.get()), ""),
    getter("__type_params__", |_, a| Ok(parts(a).params), ""),
    getter("__parameters__", |t, a| lazy::unpack_params(t, Ref::known(parts(a).params)), ""),
    getter("__module__", |_, a| Ok(parts(a).module), ""),
];

fn parts(value: Value) -> &'static TypeAlias {
    native::payload::<TypeAlias>(value).expect("the receiver is a type alias")
}

/// Whether the value is a type alias.
pub fn is_type_alias(_t: &Thread, value: Value) -> bool {
    native::payload::<TypeAlias>(value).is_some()
}

/// The alias of a `type` statement: parameters (a tuple or None) and the function that evaluates the value.
pub fn new_type_alias(
    t: &mut Thread,
    _fp: *mut Value,
    name: Value,
    params: Value,
    function: Value,
) -> PyResult {
    let module = calling_module(t).unwrap_or(Value::NONE);
    let params = if params.is_none() { tuple::new_small(t, &[]) } else { params };
    let class = t.rt.native_class(t, &ALIAS_DEF);
    Ok(native::new(t, class, TypeAlias { name, params, function, value: Slot::new(Value::UNSET), module }))
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].as_str().is_none() {
        let got = type_of(args[1]).name();
        return Err(t.type_error(format!("typealias() argument 'name' must be str, not {got}")));
    }
    let params = match args[3].given() {
        None => tuple::new_small(t, &[]),
        Some(p) if p.cast::<Tuple>().is_some() => p,
        Some(_) => return Err(t.type_error("type_params must be a tuple")),
    };
    let missing = lazy::no_default(t);
    let mut seen_default = false;
    for &param in Ref::<Tuple>::known(params).values() {
        let Some(default) = crate::protocol::attr::find_attr(t, param, "__default__")? else {
            let shown = crate::protocol::text::repr_string(t, param)?;
            return Err(t.type_error(format!("Expected a type param, got {shown}")));
        };
        if default != missing {
            seen_default = true;
        } else if seen_default {
            let shown = crate::protocol::text::repr_string(t, param)?;
            return Err(
                t.type_error(format!("non-default type parameter '{shown}' follows default type parameter"))
            );
        }
    }
    let module = calling_module(t).unwrap_or(Value::NONE);
    let class = t.rt.native_class(t, &ALIAS_DEF);
    let alias =
        TypeAlias { name: args[1], params, function: Value::UNSET, value: Slot::new(args[2]), module };
    Ok(native::new(t, class, alias))
}

fn value(t: &mut Thread, alias: Value) -> PyResult {
    let a = parts(alias);
    if let Some(found) = a.value.get().given() {
        return Ok(found);
    }
    let found = call::call(t, a.function, &[Value::small(1)])?;
    let w = t.write_object(alias.object_unchecked());
    a.value.set(&w, found);
    Ok(found)
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    if Ref::<Tuple>::known(parts(args[0]).params).is_empty() {
        return Err(t.type_error("Only generic type aliases are subscriptable"));
    }
    Ok(generic::generic_alias(t, args[0], args[1]))
}
