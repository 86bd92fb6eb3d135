//! `types.MappingProxyType`: a read-only view of a mapping.

use crate::{
    builtins::{container::class_getitem, dict::Dict, int, list::List},
    error::PyResult,
    native::{MAPPING, TypeDef, class_method, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{call, compare, hash, item, iter, number, text, truth},
    runtime::type_of,
    special::{self, Compare, Special},
    thread::Thread,
    value::Value,
};

/// `mappingproxy`
pub static DEF: TypeDef = record::def(
    "mappingproxy",
    "Read-only proxy of a mapping.",
    MAPPING,
    &[
        static_method("__new__", "($cls, mapping)", construct, "Makes a proxy of a mapping."),
        method("__getitem__", "($self, key, /)", getitem, "self[key]"),
        method("__contains__", "($self, key, /)", contains, "key in self"),
        method("__len__", "($self, /)", len, "len(self)"),
        method("__iter__", "($self, /)", iter_method, "iter(self)"),
        method("__reversed__", "($self, /)", reversed, "reversed(self)"),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__str__", "($self, /)", str, "str(self)"),
        method("__hash__", "($self, /)", hash_method, "hash(self)"),
        method("__eq__", "($self, value, /)", eq, "self == value"),
        method("__ne__", "($self, value, /)", ne, "self != value"),
        method("__lt__", "($self, value, /)", lt, "self < value"),
        method("__le__", "($self, value, /)", le, "self <= value"),
        method("__gt__", "($self, value, /)", gt, "self > value"),
        method("__ge__", "($self, value, /)", ge, "self >= value"),
        method("__or__", "($self, value, /)", or, "self | value"),
        method("__ror__", "($self, value, /)", ror, "value | self"),
        method("__ior__", "($self, value, /)", in_place_or, "self |= value"),
        method("get", "($self, key, default=None, /)", get, "The value of the key, or the default."),
        method("keys", "($self, /)", keys, "The mapping's keys."),
        method("values", "($self, /)", values, "The mapping's values."),
        method("items", "($self, /)", items, "The mapping's items."),
        method("copy", "($self, /)", copy, "A copy of the mapping."),
        class_method("__class_getitem__", "($cls, object, /)", class_getitem, "mappingproxy[object]"),
    ],
);

/// A proxy of a mapping.
pub fn new(t: &mut Thread, mapping: Value) -> Value {
    record::new(t, &DEF, None, &[mapping])
}

/// The mapping of a proxy.
pub fn mapping_of(proxy: Value) -> Value {
    Ref::<Record>::known(proxy).get(0)
}

fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let mapping = args[1];
    let is_mapping = mapping.cast::<Dict>().is_some()
        || t.special(mapping, Special::GetItem).is_some()
            && mapping.cast::<List>().is_none()
            && mapping.as_tuple().is_none();
    if !is_mapping {
        let name = type_of(mapping).name();
        return Err(t.type_error(format!("mappingproxy() argument must be a mapping, not {name}")));
    }
    Ok(record::new_of_class(t, Ref::known(args[0]), None, &[mapping]))
}

/// The mapping, if the value is a proxy.
fn unwrapped(t: &mut Thread, value: Value) -> Value {
    let class = t.rt.native_class(t, &DEF);
    if type_of(value) == class { mapping_of(value) } else { value }
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    item::getitem(t, mapping_of(args[0]), args[1])
}

fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    item::contains(t, mapping_of(args[0]), args[1]).map(Value::bool)
}

fn len(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(truth::len(t, mapping_of(args[0]))? as i64))
}

fn iter_method(t: &mut Thread, args: &[Value]) -> PyResult {
    iter::iter(t, mapping_of(args[0]))
}

fn reversed(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, mapping_of(args[0]), "__reversed__", &[])
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let inner = text::repr(t, mapping_of(args[0]))?;
    let mut buf = pystm_text::TextBuf::new();
    buf.push_str("mappingproxy(");
    if let Some(s) = inner.as_str() {
        buf.push_units(s.units());
    }
    buf.push_str(")");
    super::container::finish_text(t, &buf)
}

fn str(t: &mut Thread, args: &[Value]) -> PyResult {
    text::str(t, mapping_of(args[0]))
}

fn hash_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let h = hash::hash(t, mapping_of(args[0]))?;
    Ok(int::from_i64(t, h as i64))
}

fn rich_compare(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let other = unwrapped(t, args[1]);
    compare::compare(t, mapping_of(args[0]), other, op)
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Eq)
}

fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Ne)
}

fn lt(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Lt)
}

fn le(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Le)
}

fn gt(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Gt)
}

fn ge(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Ge)
}

fn or(t: &mut Thread, args: &[Value]) -> PyResult {
    let other = unwrapped(t, args[1]);
    number::binary(t, special::OR, mapping_of(args[0]), other)
}

fn ror(t: &mut Thread, args: &[Value]) -> PyResult {
    let other = unwrapped(t, args[1]);
    number::binary(t, special::OR, other, mapping_of(args[0]))
}

fn in_place_or(t: &mut Thread, _args: &[Value]) -> PyResult {
    Err(t.type_error("'|=' is not supported by mappingproxy; use '|' instead"))
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, mapping_of(args[0]), "get", &[args[1], args[2].or(Value::NONE)])
}

fn keys(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, mapping_of(args[0]), "keys", &[])
}

fn values(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, mapping_of(args[0]), "values", &[])
}

fn items(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, mapping_of(args[0]), "items", &[])
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, mapping_of(args[0]), "copy", &[])
}
