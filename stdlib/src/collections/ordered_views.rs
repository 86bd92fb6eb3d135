//! Views and iterators of `OrderedDict`. Iterators notice when keys change their places, too.

use pystm_vm::{
    builtins::{
        dict::Dict,
        dict_methods::views::{self, ITEMS_DEF, KEYS_DEF, VALUES_DEF},
        iterators::{ITER, NEXT, dicts::Part},
        list,
        object::builtin,
        tuple,
    },
    error::{Exc, PyResult},
    native::{NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        record::{self, Next, Record},
    },
    thread::Thread,
    value::Value,
};

static KEYS: TypeDef = TypeDef {
    base: Some(&KEYS_DEF),
    ..record::def(
        "odict_keys",
        "",
        NO_CONSTRUCTOR,
        &[
            method("__iter__", "($self, /)", |t, a| view_iter(t, a, Part::Keys, false), "iter(self)"),
            method("__reversed__", "($self, /)", |t, a| view_iter(t, a, Part::Keys, true), "reversed(self)"),
        ],
    )
};

static VALUES: TypeDef = TypeDef {
    base: Some(&VALUES_DEF),
    ..record::def(
        "odict_values",
        "",
        NO_CONSTRUCTOR,
        &[
            method("__iter__", "($self, /)", |t, a| view_iter(t, a, Part::Values, false), "iter(self)"),
            method(
                "__reversed__",
                "($self, /)",
                |t, a| view_iter(t, a, Part::Values, true),
                "reversed(self)",
            ),
        ],
    )
};

static ITEMS: TypeDef = TypeDef {
    base: Some(&ITEMS_DEF),
    ..record::def(
        "odict_items",
        "",
        NO_CONSTRUCTOR,
        &[
            method("__iter__", "($self, /)", |t, a| view_iter(t, a, Part::Items, false), "iter(self)"),
            method("__reversed__", "($self, /)", |t, a| view_iter(t, a, Part::Items, true), "reversed(self)"),
        ],
    )
};

/// A view of an ordered dict.
pub(super) fn view(t: &mut Thread, dict: Value, part: Part) -> Value {
    let def = match part {
        Part::Keys => &KEYS,
        Part::Values => &VALUES,
        Part::Items => &ITEMS,
    };
    record::new(t, def, None, &[dict])
}

fn view_iter(t: &mut Thread, args: &[Value], part: Part, reverse: bool) -> PyResult {
    Ok(iterator(t, views::dict_of(args[0]), part, reverse))
}

// Values of an iterator.
/// The dict; unset at the end.
const DICT: usize = 0;
/// The next position; in reverse, the one behind it.
const POSITION: usize = 1;
/// [`Dict::order_state`] when iteration began.
const STATE: usize = 2;

static ITERATOR: TypeDef = record::def(
    "odict_iterator",
    "",
    NO_CONSTRUCTOR,
    &[ITER, NEXT, method("__reduce__", "($self, /)", reduce, "State for pickling.")],
);

/// An iterator over an ordered dict.
pub(super) fn iterator(t: &mut Thread, dict: Ref<Dict>, part: Part, reverse: bool) -> Value {
    let next: Next = match (part, reverse) {
        (Part::Keys, false) => |t, it| Ok(advance(t, it, false)?.map(|(key, _)| key)),
        (Part::Values, false) => |t, it| Ok(advance(t, it, false)?.map(|(_, value)| value)),
        (Part::Items, false) => |t, it| Ok(advance(t, it, false)?.map(|item| pair(t, item))),
        (Part::Keys, true) => |t, it| Ok(advance(t, it, true)?.map(|(key, _)| key)),
        (Part::Values, true) => |t, it| Ok(advance(t, it, true)?.map(|(_, value)| value)),
        (Part::Items, true) => |t, it| Ok(advance(t, it, true)?.map(|item| pair(t, item))),
    };
    let start = if reverse { dict.end_position() } else { dict.first_position() };
    let values = [dict.value(), Value::small(start as i64), Value::small(dict.order_state())];
    record::new(t, &ITERATOR, Some(next), &values)
}

fn pair(t: &mut Thread, item: (Value, Value)) -> Value {
    tuple::new_small(t, &[item.0, item.1])
}

fn advance(t: &mut Thread, it: Ref<Record>, reverse: bool) -> PyResult<Option<(Value, Value)>> {
    let Some(dict) = it.get(DICT).cast::<Dict>() else { return Ok(None) };
    if it.get_int(STATE) != dict.order_state() {
        it.set(t, DICT, Value::UNSET);
        return Err(t.raise(Exc::RuntimeError, "OrderedDict mutated during iteration"));
    }
    let position = it.get_int(POSITION) as usize;
    let found = if reverse { dict.entry_before(position) } else { dict.entry_from(position) };
    match found {
        Some((at, key, value)) => {
            it.set_int(t, POSITION, at as i64 + !reverse as i64);
            Ok(Some((key, value)))
        }
        None => {
            it.set(t, DICT, Value::UNSET);
            Ok(None)
        }
    }
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    let values = [it.get(DICT), it.get(POSITION), it.get(STATE)];
    let copy: Ref<Record> = Ref::known(record::new(t, &ITERATOR, it.next_fn(), &values));
    let mut items = t.vec();
    if let Some(next) = copy.next_fn() {
        while let Some(item) = next(t, copy)? {
            items.push(item);
        }
    }
    let items = list::new(t, &items);
    let function = builtin(t, "iter")?;
    let arguments = tuple::new_small(t, &[items]);
    Ok(tuple::new_small(t, &[function, arguments]))
}
