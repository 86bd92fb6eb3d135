//! `OrderedDict`: a dict, which has the order anyway, with methods that change it and an `==` that asks for it. Instances of
//! subclasses are asked by their own methods where CPython asks them.

use pystm_vm::{
    builtins::{
        container,
        dict::{self, Dict},
        dict_methods,
        iterators::dicts::Part,
        object::reduce::own_state,
        tuple::{self, Tuple},
    },
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{HAS_DICT, MAPPING, SUBCLASSABLE, TypeDef, class_method, method},
    object::Ref,
    protocol::{attr, call, compare, item, iter, text, truth},
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

use super::ordered_views::{iterator, view};

/// `collections.OrderedDict`
pub static DEF: TypeDef = TypeDef {
    name: "collections.OrderedDict",
    doc: "Dictionary that remembers insertion order",
    base: Some(&dict_methods::DEF),
    kind: Kind::Dict,
    layout: dict::LAYOUT,
    words: dict::WORDS,
    flags: SUBCLASSABLE | MAPPING | HAS_DICT,
    methods: &[
        method(
            "__init__",
            "($self, /, *args, **kwargs)",
            init,
            "Adds the items of a mapping, of pairs, of keywords.",
        ),
        method(
            "update",
            "($self, /, *args, **kwargs)",
            update,
            "Adds the items of a mapping, of pairs, of keywords.",
        ),
        method(
            "move_to_end",
            "($self, /, key, last=True)",
            move_to_end,
            "Moves an item to the end, or to the beginning if last is false; KeyError if it is not there.",
        ),
        method(
            "pop",
            "($self, /, key, default=None)",
            pop,
            "Removes the key and returns its value, or the default; KeyError without one.",
        ),
        method(
            "popitem",
            "($self, /, last=True)",
            popitem,
            "Removes and returns the last item, or the first if last is false.",
        ),
        method(
            "setdefault",
            "($self, /, key, default=None)",
            setdefault,
            "The value of the key, which the default becomes if there is none.",
        ),
        method("keys", "($self, /)", |t, a| Ok(view(t, a[0], Part::Keys)), "A view of the keys."),
        method("values", "($self, /)", |t, a| Ok(view(t, a[0], Part::Values)), "A view of the values."),
        method("items", "($self, /)", |t, a| Ok(view(t, a[0], Part::Items)), "A view of the items."),
        method("copy", "($self, /)", copy, "A shallow copy."),
        class_method(
            "fromkeys",
            "($cls, /, iterable, value=None)",
            fromkeys,
            "A new ordered dict whose keys come from the iterable, all with one value.",
        ),
        method("__iter__", "($self, /)", |t, a| Ok(iterator(t, this(a), Part::Keys, false)), "iter(self)"),
        method(
            "__reversed__",
            "($self, /)",
            |t, a| Ok(iterator(t, this(a), Part::Keys, true)),
            "reversed(self)",
        ),
        method("__eq__", "($self, value, /)", eq, "self == value"),
        method("__ne__", "($self, value, /)", ne, "self != value"),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__sizeof__", "($self, /)", sizeof, "Size in memory, in bytes."),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
        method("__or__", "($self, value, /)", |t, a| union(t, a[0], a[0], a[1]), "self | value"),
        method("__ror__", "($self, value, /)", |t, a| union(t, a[0], a[1], a[0]), "value | self"),
        method("__ior__", "($self, value, /)", in_place_or, "self |= value"),
    ],
    getset: &[],
    setup: None,
};

fn this(args: &[Value]) -> Ref<Dict> {
    Ref::known(args[0])
}

/// Whether the value is an `OrderedDict` and of no subclass.
fn is_exact(t: &mut Thread, value: Value) -> bool {
    type_of(value) == t.rt.native_class(t, &DEF)
}

/// Whether the value is an `OrderedDict`.
fn is_ordered(t: &mut Thread, value: Value) -> bool {
    let class = t.rt.native_class(t, &DEF);
    type_of(value).is_subtype(class)
}

/// Keys and values in turn.
fn snapshot(t: &mut Thread, dict: Ref<Dict>) -> RootVec {
    let mut items = t.vec();
    let mut position = dict.first_position();
    while let Some((at, key, value)) = dict.entry_from(position) {
        items.extend([key, value]);
        position = at + 1;
    }
    items
}

/// Stores items by the object's own `__setitem__`.
fn add_pairs(t: &mut Thread, object: Value, pairs: Value) -> PyResult<()> {
    iter::for_each(t, pairs, |t, pair| {
        let parts = iter::collect(t, pair)?;
        match *parts.as_slice() {
            [key, value] => item::setitem(t, object, key, value),
            [] | [_] => {
                let n = parts.len();
                let plural = if n == 1 { "" } else { "s" };
                Err(t.value_error(format!("need more than {n} value{plural} to unpack")))
            }
            _ => Err(t.value_error("too many values to unpack (expected 2)")),
        }
    })
}

/// Adds the items of a dict, of a mapping or of pairs.
fn add(t: &mut Thread, object: Value, source: Value) -> PyResult<()> {
    if dict::is_exact(source) || is_exact(t, source) {
        let items = snapshot(t, Ref::known(source));
        for item in items.chunks_exact(2) {
            item::setitem(t, object, item[0], item[1])?;
        }
        return Ok(());
    }
    if let Some(keys) = attr::find_attr(t, source, "keys")? {
        let keys = call::call(t, keys, &[])?;
        return iter::for_each(t, keys, |t, key| {
            let value = item::getitem(t, source, key)?;
            item::setitem(t, object, key, value)
        });
    }
    if let Some(items) = attr::find_attr(t, source, "items")? {
        let items = call::call(t, items, &[])?;
        return add_pairs(t, object, items);
    }
    add_pairs(t, object, source)
}

fn add_arguments(t: &mut Thread, args: &[Value], refusal: fn(usize) -> String) -> PyResult {
    match Ref::<Tuple>::known(args[1]).values() {
        [] => {}
        &[source] => add(t, args[0], source)?,
        more => {
            let n = more.len();
            return Err(t.type_error(refusal(n)));
        }
    }
    if let Some(keywords) = args[2].given() {
        add(t, args[0], keywords)?;
    }
    Ok(Value::NONE)
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    add_arguments(t, args, |n| format!("expected at most 1 argument, got {n}"))
}

fn update(t: &mut Thread, args: &[Value]) -> PyResult {
    add_arguments(t, args, |n| format!("update() takes at most 1 positional argument ({n} given)"))
}

/// The flag `last` of a method.
fn last(t: &mut Thread, value: Value) -> PyResult<bool> {
    truth::is_true(t, value.or(Value::TRUE))
}

fn move_to_end(t: &mut Thread, args: &[Value]) -> PyResult {
    let last = last(t, args[2])?;
    if dict::move_to_end(t, this(args), args[1], last)? { Ok(Value::NONE) } else { Err(t.key_error(args[1])) }
}

fn pop(t: &mut Thread, args: &[Value]) -> PyResult {
    match dict::remove(t, this(args), args[1])?.or(args[2].given()) {
        Some(value) => Ok(value),
        None => Err(t.key_error(args[1])),
    }
}

fn popitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let last = last(t, args[1])?;
    let item = if last { dict::pop_last(t, this(args)) } else { dict::pop_first(t, this(args)) };
    match item {
        Some((key, value)) => Ok(tuple::new_small(t, &[key, value])),
        None => Err(t.raise(Exc::KeyError, "dictionary is empty")),
    }
}

fn setdefault(t: &mut Thread, args: &[Value]) -> PyResult {
    let default = args[2].or(Value::NONE);
    if is_exact(t, args[0]) {
        return dict::setdefault(t, this(args), args[1], default);
    }
    if item::contains(t, args[0], args[1])? {
        return item::getitem(t, args[0], args[1]);
    }
    item::setitem(t, args[0], args[1], default)?;
    Ok(default)
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    let source = this(args);
    let exact = is_exact(t, args[0]);
    let copy = call::call(t, type_of(args[0]).value(), &[])?;
    let state = source.order_state();
    let mut position = source.first_position();
    while let Some((at, key, value)) = source.entry_from(position) {
        let value = if exact { value } else { item::getitem(t, args[0], key)? };
        item::setitem(t, copy, key, value)?;
        if source.order_state() != state {
            return Err(mutated(t));
        }
        position = at + 1;
    }
    Ok(copy)
}

#[cold]
fn mutated(t: &mut Thread) -> Raised {
    t.raise(Exc::RuntimeError, "OrderedDict mutated during iteration")
}

fn sizeof(_t: &mut Thread, args: &[Value]) -> PyResult {
    // As if there were links between the items, so that it needs more than a dict as programs know it.
    let dict = this(args);
    Ok(Value::small(120 + dict.table_bytes() as i64 + dict.len() as i64 * 8))
}

fn fromkeys(t: &mut Thread, args: &[Value]) -> PyResult {
    let made = call::call(t, args[0], &[])?;
    let value = args[2].or(Value::NONE);
    iter::for_each(t, args[1], |t, key| item::setitem(t, made, key, value))?;
    Ok(made)
}

/// Whether the keys are equal and in the same order.
fn same_order(t: &mut Thread, a: Ref<Dict>, b: Ref<Dict>) -> PyResult<bool> {
    let states = (a.order_state(), b.order_state());
    let (mut i, mut j) = (a.first_position(), b.first_position());
    loop {
        match (a.entry_from(i), b.entry_from(j)) {
            (Some((at, x, _)), Some((other_at, y, _))) => {
                let equal = compare::equal(t, x, y)?;
                if states != (a.order_state(), b.order_state()) {
                    return Err(mutated(t));
                }
                if !equal {
                    return Ok(false);
                }
                (i, j) = (at + 1, other_at + 1);
            }
            (None, None) => return Ok(true),
            _ => return Ok(false),
        }
    }
}

fn equal(t: &mut Thread, args: &[Value]) -> PyResult<Option<bool>> {
    let Some(other) = args[1].cast::<Dict>() else { return Ok(None) };
    let mut equal = dict_methods::equal(t, this(args), other)?;
    if equal && is_ordered(t, args[1]) {
        equal = same_order(t, this(args), other)?;
    }
    Ok(Some(equal))
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(equal(t, args)?.map_or(Value::NOT_IMPLEMENTED, Value::bool))
}

fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(equal(t, args)?.map_or(Value::NOT_IMPLEMENTED, |equal| Value::bool(!equal)))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = type_of(args[0]).name();
    if this(args).is_empty() {
        return Ok(t.new_str(&format!("{name}()")));
    }
    if !container::enter_repr(t, args[0])? {
        return Ok(t.intern("..."));
    }
    let shown = plain_copy(t, args[0]).and_then(|items| text::repr(t, items));
    container::leave_repr(t);
    let shown = shown?;
    let mut buf = pystm_text::TextBuf::new();
    buf.push_str(&name);
    buf.push_str("(");
    if let Some(shown) = shown.as_str() {
        buf.push_units(shown.units());
    }
    buf.push_str(")");
    container::finish_text(t, &buf)
}

/// A dict of the items, as the object's own `items()` gives them.
fn plain_copy(t: &mut Thread, object: Value) -> PyResult {
    if is_exact(t, object) {
        return Ok(dict::copy(t, Ref::known(object))?.value());
    }
    let items = call::call_method(t, object, "items", &[])?;
    let plain = dict::new(t);
    dict_methods::update::update(t, plain, items)?;
    Ok(plain.value())
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = own_state(t, args[0])?;
    let items = call::call_method(t, args[0], "items", &[])?;
    let items = iter::iter(t, items)?;
    let arguments = tuple::new_small(t, &[]);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments, state, Value::NONE, items]))
}

fn union(t: &mut Thread, this: Value, left: Value, right: Value) -> PyResult {
    if left.cast::<Dict>().is_none() || right.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let result = call::call(t, type_of(this).value(), &[left])?;
    add(t, result, right)?;
    Ok(result)
}

fn in_place_or(t: &mut Thread, args: &[Value]) -> PyResult {
    add(t, args[0], args[1])?;
    Ok(args[0])
}
