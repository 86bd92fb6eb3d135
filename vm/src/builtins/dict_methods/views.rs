//! The views of a dict: `keys()`, `values()`, `items()`. A view is a record of its dict.

use pystm_text::TextBuf;

use super::view_sets as sets;
use crate::{
    builtins::{
        container,
        dict::{self, Dict},
        iterators::dicts::{self, Part},
        mappingproxy, tuple,
    },
    error::PyResult,
    native::{GetSet, NO_CONSTRUCTOR, TypeDef, getter, method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{compare, iter},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

const MAPPING: &[GetSet] = &[getter("mapping", mapping, "The dict, read-only.")];

/// `dict_keys`
pub static KEYS_DEF: TypeDef = TypeDef {
    getset: MAPPING,
    ..record::def(
        "dict_keys",
        "",
        NO_CONSTRUCTOR,
        &[
            method("__len__", "($self, /)", len, "len(self)"),
            method("__iter__", "($self, /)", iter_keys, "iter(self)"),
            method(
                "__reversed__",
                "($self, /)",
                reversed_keys,
                "An iterator from the last key to the first.",
            ),
            method("__contains__", "($self, key, /)", contains_key, "key in self"),
            method("__repr__", "($self, /)", repr, "repr(self)"),
            method(
                "isdisjoint",
                "($self, other, /)",
                sets::is_disjoint,
                "Whether no key is in the iterable.",
            ),
            method("__eq__", "($self, value, /)", sets::eq, "self == value"),
            method("__ne__", "($self, value, /)", sets::ne, "self != value"),
            method("__lt__", "($self, value, /)", sets::lt, "self < value"),
            method("__le__", "($self, value, /)", sets::le, "self <= value"),
            method("__gt__", "($self, value, /)", sets::gt, "self > value"),
            method("__ge__", "($self, value, /)", sets::ge, "self >= value"),
            method("__and__", "($self, value, /)", sets::and, "self & value"),
            method("__rand__", "($self, value, /)", sets::and, "value & self"),
            method("__or__", "($self, value, /)", sets::or, "self | value"),
            method("__ror__", "($self, value, /)", sets::ror, "value | self"),
            method("__sub__", "($self, value, /)", sets::sub, "self - value"),
            method("__rsub__", "($self, value, /)", sets::rsub, "value - self"),
            method("__xor__", "($self, value, /)", sets::xor, "self ^ value"),
            method("__rxor__", "($self, value, /)", sets::rxor, "value ^ self"),
        ],
    )
};

/// `dict_items`
pub static ITEMS_DEF: TypeDef = TypeDef {
    getset: MAPPING,
    ..record::def(
        "dict_items",
        "",
        NO_CONSTRUCTOR,
        &[
            method("__len__", "($self, /)", len, "len(self)"),
            method("__iter__", "($self, /)", iter_items, "iter(self)"),
            method(
                "__reversed__",
                "($self, /)",
                reversed_items,
                "An iterator from the last item to the first.",
            ),
            method("__contains__", "($self, item, /)", contains_item, "item in self"),
            method("__repr__", "($self, /)", repr, "repr(self)"),
            method(
                "isdisjoint",
                "($self, other, /)",
                sets::is_disjoint,
                "Whether no item is in the iterable.",
            ),
            method("__eq__", "($self, value, /)", sets::eq, "self == value"),
            method("__ne__", "($self, value, /)", sets::ne, "self != value"),
            method("__lt__", "($self, value, /)", sets::lt, "self < value"),
            method("__le__", "($self, value, /)", sets::le, "self <= value"),
            method("__gt__", "($self, value, /)", sets::gt, "self > value"),
            method("__ge__", "($self, value, /)", sets::ge, "self >= value"),
            method("__and__", "($self, value, /)", sets::and, "self & value"),
            method("__rand__", "($self, value, /)", sets::and, "value & self"),
            method("__or__", "($self, value, /)", sets::or, "self | value"),
            method("__ror__", "($self, value, /)", sets::ror, "value | self"),
            method("__sub__", "($self, value, /)", sets::sub, "self - value"),
            method("__rsub__", "($self, value, /)", sets::rsub, "value - self"),
            method("__xor__", "($self, value, /)", sets::xor, "self ^ value"),
            method("__rxor__", "($self, value, /)", sets::rxor, "value ^ self"),
        ],
    )
};

/// `dict_values`
pub static VALUES_DEF: TypeDef = TypeDef {
    getset: MAPPING,
    ..record::def(
        "dict_values",
        "",
        NO_CONSTRUCTOR,
        &[
            method("__len__", "($self, /)", len, "len(self)"),
            method("__iter__", "($self, /)", iter_values, "iter(self)"),
            method(
                "__reversed__",
                "($self, /)",
                reversed_values,
                "An iterator from the last value to the first.",
            ),
            method("__repr__", "($self, /)", repr, "repr(self)"),
        ],
    )
};

/// A view of a dict.
pub fn new(t: &mut Thread, dict: Ref<Dict>, part: Part) -> Value {
    let def = match part {
        Part::Keys => &KEYS_DEF,
        Part::Values => &VALUES_DEF,
        Part::Items => &ITEMS_DEF,
    };
    record::new(t, def, None, &[dict.value()])
}

/// The dict of a view.
pub fn dict_of(view: Value) -> Ref<Dict> {
    Ref::known(Ref::<Record>::known(view).get(0))
}

/// Waits now for all values that a view of values or items shows, before something is done with the first of them.
pub fn wait_for(t: &mut Thread, value: Value) {
    if value.cast::<Record>().is_some() {
        let class = type_of(value);
        if [&VALUES_DEF, &ITEMS_DEF].into_iter().any(|def| class == t.rt.native_class(t, def)) {
            dict::wait_for(dict_of(value));
        }
    }
}

/// Whether the value is a view of keys or items, and which.
pub fn set_view(t: &mut Thread, value: Value) -> Option<Part> {
    value.cast::<Record>()?;
    let class = type_of(value);
    if class.is_subtype(t.rt.native_class(t, &KEYS_DEF)) {
        Some(Part::Keys)
    } else if class.is_subtype(t.rt.native_class(t, &ITEMS_DEF)) {
        Some(Part::Items)
    } else {
        None
    }
}

/// Whether `item` is in the view of keys or items.
pub fn contains(t: &mut Thread, view: Value, part: Part, item: Value) -> PyResult<bool> {
    let dict = dict_of(view);
    if part == Part::Keys {
        return dict::contains(t, dict, item);
    }
    let Some(pair) = item.as_tuple().filter(|p| p.len() == 2) else { return Ok(false) };
    match dict::get(t, dict, pair.at(0))? {
        Some(found) => compare::equal(t, found, pair.at(1)),
        None => Ok(false),
    }
}

fn mapping(t: &mut Thread, view: Value) -> PyResult {
    Ok(mappingproxy::new(t, dict_of(view).value()))
}

fn len(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(dict_of(args[0]).len() as i64))
}

fn iter_keys(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dicts::new(t, dict_of(args[0]), Part::Keys))
}

fn iter_values(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dicts::new(t, dict_of(args[0]), Part::Values))
}

fn iter_items(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dicts::new(t, dict_of(args[0]), Part::Items))
}

fn reversed_keys(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dicts::new_reverse(t, dict_of(args[0]), Part::Keys))
}

fn reversed_values(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dicts::new_reverse(t, dict_of(args[0]), Part::Values))
}

fn reversed_items(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dicts::new_reverse(t, dict_of(args[0]), Part::Items))
}

fn contains_key(t: &mut Thread, args: &[Value]) -> PyResult {
    contains(t, args[0], Part::Keys, args[1]).map(Value::bool)
}

fn contains_item(t: &mut Thread, args: &[Value]) -> PyResult {
    contains(t, args[0], Part::Items, args[1]).map(Value::bool)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    if !container::enter_repr(t, args[0])? {
        return Ok(t.intern("..."));
    }
    let result = repr_items(t, args[0]);
    container::leave_repr(t);
    result
}

fn repr_items(t: &mut Thread, view: Value) -> PyResult {
    let mut buf = TextBuf::new();
    buf.push_str(&type_of(view).name());
    buf.push_str("([");
    let items = iter::collect(t, view)?;
    let items = tuple::new(t, &items)?;
    if let Some(items) = items.as_tuple() {
        for (i, &item) in items.values().iter().enumerate() {
            if i > 0 {
                buf.push_str(", ");
            }
            container::push_repr(t, &mut buf, item)?;
        }
    }
    buf.push_str("])");
    container::finish_text(t, &buf)
}
