//! `typing.Union`, also known as `types.UnionType`: `int | str`.

use pystm_gc::Marker;
use pystm_stm::Slot;

use super::{GenericAlias, substitute, type_text};
use crate::{
    builtins::{
        frozenset_from, object,
        set::{self, Set},
        tuple::{self, Tuple},
        typeobj::Type,
    },
    error::PyResult,
    kind::Kind,
    native::{GetSet, Method, TypeDef, class_method, getter, method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{attr, call, compare, hash, instance, text},
    runtime::class_of_kind,
    thread::{RootVec, Thread},
    value::Value,
};

/// A union of types, at least two.
pub struct Union {
    args: Value,
    /// The members that have a hash, a set.
    hashable: Value,
    /// The others, a tuple.
    unhashable: Value,
    parameters: Slot<Value>,
}

impl Payload for Union {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.args);
        trace_value(marker, self.hashable);
        trace_value(marker, self.unhashable);
        trace_value(marker, self.parameters.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// The members of a union, a tuple; `None` for any other value.
pub fn union_args(value: Value) -> Option<Value> {
    native::payload::<Union>(value).map(|u| u.args)
}

/// The type `typing.Union`.
pub static UNION_DEF: TypeDef = TypeDef {
    name: "typing.Union",
    doc: "Represent a union type\n\nE.g. for int | str",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: crate::native::NO_CONSTRUCTOR,
    methods: METHODS,
    getset: ATTRIBUTES,
    setup: None,
};

static METHODS: &[Method] = &[
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__hash__", "($self, /)", hash_union, "Return hash(self)."),
    method("__eq__", "($self, value, /)", eq, "Return self==value."),
    method("__or__", "($self, value, /)", |t, a| checked_or(t, a[0], a[1]), "Return self|value."),
    method("__ror__", "($self, value, /)", |t, a| checked_or(t, a[1], a[0]), "Return value|self."),
    method("__getitem__", "($self, key, /)", getitem, "Return self[key]."),
    method("__mro_entries__", "($self, bases, /)", mro_entries, ""),
    method("__instancecheck__", "($self, instance, /)", instancecheck, ""),
    method("__subclasscheck__", "($self, subclass, /)", subclasscheck, ""),
    method("__reduce__", "($self, /)", reduce, ""),
    class_method("__class_getitem__", "($cls, object, /)", class_getitem, "See PEP 585"),
];

const ATTRIBUTES: &[GetSet] = &[
    getter("__args__", |_, u| Ok(parts(u).args), ""),
    getter("__parameters__", parameters, "Type variables in the types.UnionType."),
    getter("__origin__", |t, _| Ok(t.rt.native_class(t, &UNION_DEF).value()), "Always returns the type"),
    getter("__name__", |t, _| Ok(t.intern("Union")), "Name of the type"),
    getter("__qualname__", |t, _| Ok(t.intern("Union")), "Qualified name of the type"),
    getter("__module__", |t, _| Ok(t.intern("typing")), ""),
];

fn parts(value: Value) -> &'static Union {
    native::payload::<Union>(value).expect("the receiver is a union")
}

/// Whether `|` makes a union of the value.
fn unionable(t: &mut Thread, value: Value) -> bool {
    value.is_none()
        || value.cast::<Type>().is_some()
        || native::payload::<GenericAlias>(value).is_some()
        || native::payload::<Union>(value).is_some()
        || crate::builtins::typevars::is_type_alias(t, value)
}

/// `a | b` for types; NotImplemented if one of them is none.
pub fn union_or(t: &mut Thread, a: Value, b: Value) -> PyResult {
    if !unionable(t, a) || !unionable(t, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    union_from_items(t, &[a, b])
}

/// The union of these types, flattened and without duplicates; a single type stays as it is.
pub fn union_from_items(t: &mut Thread, items: &[Value]) -> PyResult {
    let mut members = Members { all: t.vec(), hashable: set::new(t), unhashable: t.vec() };
    for &value in items {
        match union_args(value) {
            Some(inner) => {
                for &member in Ref::<Tuple>::known(inner).values() {
                    members.add(t, member)?;
                }
            }
            None if value.is_none() => members.add(t, class_of_kind(Kind::NoneType).value())?,
            None => members.add(t, value)?,
        }
    }
    if let [one] = members.all.as_slice() {
        return Ok(*one);
    }
    let args = tuple::new(t, &members.all)?;
    let unhashable = tuple::new(t, &members.unhashable)?;
    let class = t.rt.native_class(t, &UNION_DEF);
    let union =
        Union { args, hashable: members.hashable.value(), unhashable, parameters: Slot::new(Value::UNSET) };
    Ok(native::new(t, class, union))
}

/// Members of a union that is being made. Only those without a hash are compared one by one.
struct Members {
    all: RootVec,
    hashable: Ref<Set>,
    unhashable: RootVec,
}

impl Members {
    fn add(&mut self, t: &mut Thread, value: Value) -> PyResult<()> {
        match hash::hash(t, value) {
            Ok(h) => {
                if set::contains_hashed(t, self.hashable, value, h)? {
                    return Ok(());
                }
                set::add_hashed(t, self.hashable, value, h)?;
            }
            Err(raised) => {
                t.take_exception(raised);
                if contains(t, &self.unhashable, value)? {
                    return Ok(());
                }
                self.unhashable.push(value);
            }
        }
        self.all.push(value);
        Ok(())
    }
}

fn contains(t: &mut Thread, items: &[Value], value: Value) -> PyResult<bool> {
    for &item in items {
        if compare::equal(t, item, value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut shown = Vec::new();
    for &member in Ref::<Tuple>::known(parts(args[0]).args).values() {
        shown.push(type_text(t, member)?);
    }
    Ok(t.new_str(&shown.join(" | ")))
}

fn hash_union(t: &mut Thread, args: &[Value]) -> PyResult {
    let union = parts(args[0]);
    let unhashable = Ref::<Tuple>::known(union.unhashable);
    for &member in unhashable.values() {
        hash::hash(t, member)?;
    }
    if !unhashable.is_empty() {
        // They have become hashable, but an equal union may have been hashed before.
        let n = unhashable.len();
        return Err(t.type_error(format!("union contains {n} unhashable elements")));
    }
    let members = set::snapshot(t, union.hashable);
    let set = frozenset_from(t, &members)?;
    let h = hash::hash(t, set)?;
    Ok(crate::builtins::int::from_i64(t, h as i64))
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = native::payload::<Union>(args[1]) else { return Ok(Value::NOT_IMPLEMENTED) };
    let this = parts(args[0]);
    if !set::operators::equal(t, Ref::known(this.hashable), Ref::known(other.hashable))? {
        return Ok(Value::FALSE);
    }
    let (a, b) = (Ref::<Tuple>::known(this.unhashable), Ref::<Tuple>::known(other.unhashable));
    if a.len() != b.len() {
        return Ok(Value::FALSE);
    }
    for (some, others) in [(a, b), (b, a)] {
        for &member in some.values() {
            if !contains(t, others.values(), member)? {
                return Ok(Value::FALSE);
            }
        }
    }
    Ok(Value::TRUE)
}

fn parameters(t: &mut Thread, value: Value) -> PyResult {
    let union = parts(value);
    if let Some(found) = union.parameters.get().given() {
        return Ok(found);
    }
    let found = substitute::parameters_of(t, union.args)?;
    let w = t.write_object(value.object_unchecked());
    union.parameters.set(&w, found);
    Ok(found)
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let found = parameters(t, args[0])?;
    let new = substitute::substitute(t, args[0], parts(args[0]).args, Ref::known(found), args[1])?;
    union_from_items(t, Ref::<Tuple>::known(new).values())
}

fn mro_entries(t: &mut Thread, args: &[Value]) -> PyResult {
    let shown = text::repr_string(t, args[0])?;
    Err(t.type_error(format!("Cannot subclass {shown}")))
}

fn instancecheck(t: &mut Thread, args: &[Value]) -> PyResult {
    for &member in Ref::<Tuple>::known(parts(args[0]).args).values() {
        if instance::is_instance(t, args[1], member)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn subclasscheck(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].cast::<Type>().is_none() {
        return Err(t.type_error("issubclass() arg 1 must be a class"));
    }
    for &member in Ref::<Tuple>::known(parts(args[0]).args).values() {
        if instance::is_subclass(t, args[1], member)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let operator = object::import_module(t, "operator")?;
    let getitem = attr::getattr_text(t, operator, "getitem")?;
    let class = t.rt.native_class(t, &UNION_DEF).value();
    let inner = tuple::new_small(t, &[class, parts(args[0]).args]);
    Ok(tuple::new_small(t, &[getitem, inner]))
}

/// `Union[a, b]`: the items are checked and converted by `typing`.
fn class_getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let given = match args[1].as_tuple() {
        Some(items) => items.value(),
        None => tuple::new_small(t, &[args[1]]),
    };
    let given = Ref::<Tuple>::known(given);
    if given.is_empty() {
        return Err(t.type_error("Cannot take a Union of no types."));
    }
    let mut items = t.vec();
    for &value in given.values() {
        let checked = if value.is_none()
            || value.cast::<Type>().is_some()
            || native::payload::<GenericAlias>(value).is_some()
        {
            value
        } else {
            type_check(t, value, "Union[arg, ...]: each arg must be a type.")?
        };
        items.push(checked);
    }
    union_from_items(t, &items)
}

/// `typing._type_check(value, message)`
pub fn type_check(t: &mut Thread, value: Value, message: &str) -> PyResult {
    if value.is_none() {
        return Ok(class_of_kind(Kind::NoneType).value());
    }
    let typing = object::import_module(t, "typing")?;
    let message = t.new_str(message);
    call::call_method(t, typing, "_type_check", &[value, message])
}

/// A union of types that need not be classes (`T | int` with a type variable): checked by `typing` if it must.
pub fn checked_or(t: &mut Thread, a: Value, b: Value) -> PyResult {
    let class = t.rt.native_class(t, &UNION_DEF).value();
    let pair = tuple::new_small(t, &[a, b]);
    class_getitem(t, &[class, pair])
}
