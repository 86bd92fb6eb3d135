//! Methods of `dict`. Its views stand in the folder.

pub mod update;
pub mod view_sets;
pub mod views;

use pystm_text::TextBuf;

use crate::{
    builtins::{
        container::{self, class_getitem},
        dict::{self, Dict, LAYOUT, WORDS},
        iterators::dicts::{self, Part},
        set, tuple,
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{MAPPING, MATCH_SELF, SUBCLASSABLE, TypeDef, class_method, method, static_method},
    object::Ref,
    protocol::{call, compare, item, iter},
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

/// `dict`
pub static DEF: TypeDef = TypeDef {
    name: "dict",
    doc: "dict() -> an empty dict\ndict(mapping) -> a dict of a mapping's items\ndict(iterable) -> a dict of the pairs that the \
          iterable gives\ndict(**kwargs) -> a dict of the keyword arguments",
    base: None,
    kind: Kind::Dict,
    layout: LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE | MAPPING | MATCH_SELF,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Makes an empty dict.")
            .constructing(1, construct),
        method(
            "__init__",
            "($self, *args, **kwargs)",
            init,
            "Adds the items of a mapping, of pairs, of keywords.",
        ),
        method("get", "($self, key, default=None, /)", get, "The value of the key, or the default."),
        method(
            "setdefault",
            "($self, key, default=None, /)",
            setdefault,
            "The value of the key, which the default becomes if there is none.",
        ),
        method(
            "pop",
            "($self, key, default=None, /)",
            pop,
            "Removes the key and returns its value, or the default; KeyError without one.",
        ),
        method("popitem", "($self, /)", popitem, "Removes and returns the item that was added last."),
        method(
            "update",
            "($self, *args, **kwargs)",
            update_method,
            "Adds the items of a mapping, of pairs, of keywords.",
        ),
        method("keys", "($self, /)", keys, "A view of the keys."),
        method("values", "($self, /)", values, "A view of the values."),
        method("items", "($self, /)", items, "A view of the items."),
        method("clear", "($self, /)", clear, "Removes all items."),
        method("copy", "($self, /)", copy, "A shallow copy."),
        class_method(
            "fromkeys",
            "($cls, iterable, value=None, /)",
            fromkeys,
            "A new dict whose keys come from the iterable, all with one value.",
        ),
        method("__contains__", "($self, key, /)", contains, "key in self"),
        method("__getitem__", "($self, key, /)", getitem, "self[key]"),
        method("__setitem__", "($self, key, value, /)", setitem, "self[key] = value"),
        method("__delitem__", "($self, key, /)", delitem, "del self[key]"),
        method("__len__", "($self, /)", len, "len(self)"),
        method("__iter__", "($self, /)", iter_method, "iter(self)"),
        method(
            "__reversed__",
            "($self, /)",
            reversed,
            "An iterator over the keys from the last to the first.",
        ),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__eq__", "($self, value, /)", eq, "self == value"),
        method("__ne__", "($self, value, /)", ne, "self != value"),
        method("__lt__", "($self, value, /)", unordered, "self < value"),
        method("__le__", "($self, value, /)", unordered, "self <= value"),
        method("__gt__", "($self, value, /)", unordered, "self > value"),
        method("__ge__", "($self, value, /)", unordered, "self >= value"),
        method("__or__", "($self, value, /)", or, "self | value"),
        method("__ror__", "($self, value, /)", ror, "value | self"),
        method("__ior__", "($self, value, /)", in_place_or, "self |= value"),
        method("__sizeof__", "($self, /)", sizeof, "Size in memory, in bytes."),
        class_method("__class_getitem__", "($cls, object, /)", class_getitem, "dict[object]"),
    ],
    getset: &[],
    setup: None,
};

fn this(args: &[Value]) -> Ref<Dict> {
    Ref::known(args[0])
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dict::new_of_class(t, Ref::known(args[0])).value())
}

/// `dict(source)`
fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let fresh = dict::new(t);
    if let Some(&source) = args.first() {
        update::update(t, fresh, source)?;
    }
    Ok(fresh.value())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    update::with_arguments(t, this(args), "dict", args[1], args[2])?;
    Ok(Value::NONE)
}

fn update_method(t: &mut Thread, args: &[Value]) -> PyResult {
    update::with_arguments(t, this(args), "update", args[1], args[2])?;
    Ok(Value::NONE)
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dict::get(t, this(args), args[1])?.unwrap_or(args[2].or(Value::NONE)))
}

fn setdefault(t: &mut Thread, args: &[Value]) -> PyResult {
    dict::setdefault(t, this(args), args[1], args[2].or(Value::NONE))
}

fn pop(t: &mut Thread, args: &[Value]) -> PyResult {
    let dict = this(args);
    // An empty dict does not even ask for the hash.
    let found = if dict::len(t, dict) == 0 { None } else { dict::remove(t, dict, args[1])? };
    match found.or(args[2].given()) {
        Some(value) => Ok(value),
        None => Err(t.key_error(args[1])),
    }
}

fn popitem(t: &mut Thread, args: &[Value]) -> PyResult {
    match dict::pop_last(t, this(args)) {
        Some((key, value)) => Ok(tuple::new_small(t, &[key, value])),
        None => Err(t.raise(Exc::KeyError, "popitem(): dictionary is empty")),
    }
}

fn keys(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(views::new(t, this(args), Part::Keys))
}

fn values(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(views::new(t, this(args), Part::Values))
}

fn items(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(views::new(t, this(args), Part::Items))
}

fn clear(t: &mut Thread, args: &[Value]) -> PyResult {
    dict::clear(t, this(args));
    Ok(Value::NONE)
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    copy_of(t, args[0]).map(|d| d.value())
}

/// An exact dict with the items of a dict; a subclass that iterates in another way is asked for them.
fn copy_of(t: &mut Thread, source: Value) -> PyResult<Ref<Dict>> {
    if update::iterates_plainly(t, source) {
        return dict::copy(t, Ref::known(source));
    }
    let fresh = dict::new(t);
    update::merge(t, fresh, source)?;
    Ok(fresh)
}

fn fromkeys(t: &mut Thread, args: &[Value]) -> PyResult {
    let value = args[2].or(Value::NONE);
    let made = call::call(t, args[0], &[])?;
    match made.cast::<Dict>() {
        Some(d) if type_of(made) == class_of_kind(Kind::Dict) => {
            if set::is_set(args[1]) || dict::is_exact(args[1]) {
                // Their hashes are known.
                set::for_each_hashed(t, args[1], |t, key, hash| dict::set_hashed(t, d, key, hash, value))?;
            } else {
                iter::for_each(t, args[1], |t, key| dict::set(t, d, key, value))?;
            }
        }
        _ => iter::for_each(t, args[1], |t, key| item::setitem(t, made, key, value))?,
    }
    Ok(made)
}

fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    dict::contains(t, this(args), args[1]).map(Value::bool)
}

/// `self[key]`, of instances of subclasses too: asks `__missing__`.
pub fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    if let Some(found) = dict::get(t, this(args), args[1])? {
        return Ok(found);
    }
    if type_of(args[0]) != class_of_kind(Kind::Dict)
        && let Some(missing) = t.special(args[0], Special::Missing)
    {
        return call::call_unbound(t, missing, args[0], &[args[1]]);
    }
    Err(t.key_error(args[1]))
}

fn setitem(t: &mut Thread, args: &[Value]) -> PyResult {
    dict::set(t, this(args), args[1], args[2])?;
    Ok(Value::NONE)
}

fn delitem(t: &mut Thread, args: &[Value]) -> PyResult {
    match dict::remove(t, this(args), args[1])? {
        Some(_) => Ok(Value::NONE),
        None => Err(t.key_error(args[1])),
    }
}

fn len(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(dict::len(t, this(args)) as i64))
}

fn iter_method(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dicts::new(t, this(args), Part::Keys))
}

fn reversed(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(dicts::new_reverse(t, this(args), Part::Keys))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let dict = this(args);
    if !container::enter_repr(t, args[0])? {
        return Ok(t.intern("{...}"));
    }
    let result = repr_items(t, dict);
    container::leave_repr(t);
    result
}

fn repr_items(t: &mut Thread, dict: Ref<Dict>) -> PyResult {
    let mut buf = TextBuf::new();
    buf.push_str("{");
    let mut position = 0;
    let mut first = true;
    while let Some((at, key, value)) = dict.entry_from(position) {
        if !first {
            buf.push_str(", ");
        }
        first = false;
        container::push_repr(t, &mut buf, key)?;
        buf.push_str(": ");
        container::push_repr(t, &mut buf, value)?;
        position = at + 1;
    }
    buf.push_str("}");
    container::finish_text(t, &buf)
}

/// Whether two dicts have equal items.
pub fn equal(t: &mut Thread, a: Ref<Dict>, b: Ref<Dict>) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    t.check_native_stack()?;
    let mut position = 0;
    while let Some((at, key, value)) = a.entry_from(position) {
        let hash = a.entry_hash(t, at);
        match dict::get_hashed(t, b, key, hash)? {
            Some(other) if compare::equal(t, value, other)? => {}
            _ => return Ok(false),
        }
        position = at + 1;
    }
    Ok(true)
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[1].cast::<Dict>() {
        Some(other) => equal(t, this(args), other).map(Value::bool),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[1].cast::<Dict>() {
        Some(other) => equal(t, this(args), other).map(|e| Value::bool(!e)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Dicts have no order.
fn unordered(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::NOT_IMPLEMENTED)
}

fn union(t: &mut Thread, left: Value, right: Value) -> PyResult {
    if left.cast::<Dict>().is_none() || right.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let result = copy_of(t, left)?;
    update::merge(t, result, right)?;
    Ok(result.value())
}

fn or(t: &mut Thread, args: &[Value]) -> PyResult {
    union(t, args[0], args[1])
}

fn ror(t: &mut Thread, args: &[Value]) -> PyResult {
    union(t, args[1], args[0])
}

fn in_place_or(t: &mut Thread, args: &[Value]) -> PyResult {
    update::update(t, this(args), args[1])?;
    Ok(args[0])
}

fn sizeof(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(48 + this(args).table_bytes() as i64))
}
