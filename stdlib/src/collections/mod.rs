//! `_collections`: what the package `collections` takes from native code.

mod defaultdict;
pub(crate) mod deque;
mod deque_iterators;
mod deque_methods;
mod ordered_dict;
mod ordered_views;
mod tuplegetter;

use pystm_vm::{
    atomic::instruction,
    builtins::dict::{self, Dict},
    error::PyResult,
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{attr, call, item, iter, number},
    special,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_collections",
    doc: "High performance data structures: deque, defaultdict, OrderedDict.",
    methods: METHODS,
    types: &[
        &deque_methods::DEF,
        &deque_iterators::ITERATOR,
        &deque_iterators::REVERSE_ITERATOR,
        &defaultdict::DEF,
        &ordered_dict::DEF,
        &tuplegetter::DEF,
    ],
    init: None,
};

static METHODS: &[Method] = &[method(
    "_count_elements",
    "(mapping, iterable, /)",
    count_elements,
    "Adds one to the mapping's value for every item of the iterable.",
)];

fn count_elements(t: &mut Thread, args: &[Value]) -> PyResult {
    let (mapping, iterable) = (args[0], args[1]);
    if counts_plainly(t, mapping) {
        let counts: Ref<Dict> = Ref::known(mapping);
        instruction::begin_for(t, counts);
        iter::for_each(t, iterable, |t, key| {
            let hash = dict::key_hash(t, key)?;
            let count = dict::get_hashed(t, counts, key, hash)?.unwrap_or(Value::ZERO);
            let count = number::binary(t, special::ADD, count, Value::small(1))?;
            dict::set_hashed(t, counts, key, hash, count)
        })?;
        return Ok(Value::NONE);
    }
    let get = attr::getattr_text(t, mapping, "get")?;
    iter::for_each(t, iterable, |t, key| {
        let count = call::call(t, get, &[key, Value::ZERO])?;
        let count = number::binary(t, special::ADD, count, Value::small(1))?;
        item::setitem(t, mapping, key, count)
    })?;
    Ok(Value::NONE)
}

/// Whether the mapping is a dict whose class overrides neither `get` nor `__setitem__`.
fn counts_plainly(t: &mut Thread, mapping: Value) -> bool {
    if mapping.cast::<Dict>().is_none() {
        return false;
    }
    let (class, plain) =
        (pystm_vm::runtime::type_of(mapping), pystm_vm::runtime::class_of_kind(pystm_vm::kind::Kind::Dict));
    ["get", "__setitem__"].iter().all(|name| {
        let name = t.intern(name);
        class.lookup(t, name) == plain.lookup(t, name)
    })
}
