//! `groupby`.

use pystm_vm::{
    builtins::{
        iterators::{ITER, NEXT},
        tuple::{self, Tuple},
    },
    error::PyResult,
    native::{NO_CONSTRUCTOR, SUBCLASSABLE, TypeDef, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{call, compare, iter},
    thread::Thread,
    value::Value,
};

/// `itertools.groupby`
pub static GROUPBY: TypeDef = record::def(
    "itertools.groupby",
    "groupby(iterable, key=None)\n--\n\nTuples of a key and an iterator over the neighbouring items that have it.",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, iterable, key=None)", groupby_new, "Makes a grouping iterator."),
        ITER,
        NEXT,
    ],
);

/// `itertools._grouper`
pub static GROUPER: TypeDef = record::def("itertools._grouper", "", NO_CONSTRUCTOR, &[ITER, NEXT]);

// Values of a groupby.
/// The iterator and the key function (or None).
const SOURCE: usize = 0;
/// Key of the group at work.
const TARGET_KEY: usize = 1;
/// Key of the item that was read last; unset once it was given.
const CURRENT_KEY: usize = 2;
const CURRENT_ITEM: usize = 3;
/// The group that may still read items.
const CURRENT_GROUP: usize = 4;

// Values of a group; its key is [`TARGET_KEY`] too.
const PARENT: usize = 0;

fn groupby_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let iterator = iter::iter(t, args[1])?;
    let source = tuple::new_small(t, &[iterator, args[2].or(Value::NONE)]);
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(groupby_next), &[source]))
}

/// Reads the next item; false at the end.
fn step(t: &mut Thread, it: Ref<Record>) -> PyResult<bool> {
    let source: Ref<Tuple> = Ref::known(it.get(SOURCE));
    let Some(item) = iter::next(t, source.at(0))? else { return Ok(false) };
    let key = if source.at(1).is_none() { item } else { call::call(t, source.at(1), &[item])? };
    it.set(t, CURRENT_ITEM, item);
    it.set(t, CURRENT_KEY, key);
    Ok(true)
}

fn groupby_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    it.set(t, CURRENT_GROUP, Value::UNSET);
    // Skip what the last group has left.
    loop {
        let (target, current) = (it.get(TARGET_KEY), it.get(CURRENT_KEY));
        if !current.is_unset() && (target.is_unset() || !compare::equal(t, target, current)?) {
            break;
        }
        if !step(t, it)? {
            return Ok(None);
        }
    }
    let key = it.get(CURRENT_KEY);
    it.set(t, TARGET_KEY, key);
    let group = record::new(t, &GROUPER, Some(grouper_next), &[it.value(), key]);
    it.set(t, CURRENT_GROUP, group);
    Ok(Some(tuple::new_small(t, &[key, group])))
}

fn grouper_next(t: &mut Thread, group: Ref<Record>) -> PyResult<Option<Value>> {
    let parent: Ref<Record> = Ref::known(group.get(PARENT));
    if parent.get(CURRENT_GROUP) != group.value() {
        return Ok(None);
    }
    if parent.get(CURRENT_ITEM).is_unset() && !step(t, parent)? {
        return Ok(None);
    }
    let (target, current) = (group.get(TARGET_KEY), parent.get(CURRENT_KEY));
    if current.is_unset() || !compare::equal(t, target, current)? {
        return Ok(None);
    }
    let item = parent.get(CURRENT_ITEM);
    parent.set(t, CURRENT_ITEM, Value::UNSET);
    parent.set(t, CURRENT_KEY, Value::UNSET);
    Ok(item.given())
}
