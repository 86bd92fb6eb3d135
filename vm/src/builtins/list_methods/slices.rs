//! Subscription of lists by indices and slices.

use pystm_stm::Slot;

use super::{bad_subscript, this};
use crate::{
    builtins::{
        container::{SliceRange, fit_slice, slice_parts},
        int,
        list::{self, List},
        slice::Slice,
    },
    error::{Exc, PyResult},
    object::Ref,
    protocol::{item::normalize, iter, number},
    special::Special,
    thread::{RootVec, Thread},
    value::Value,
};

/// What a subscript selects.
enum Key {
    Index(i64),
    Slice(Ref<Slice>),
}

fn key(t: &mut Thread, value: Value) -> PyResult<Key> {
    if let Some(slice) = value.cast::<Slice>() {
        return Ok(Key::Slice(slice));
    }
    if int::as_int(value).is_none() && t.special(value, Special::Index).is_none() {
        return Err(bad_subscript(t, "list", value));
    }
    number::subscript_index(t, value).map(Key::Index)
}

/// The indices that a slice selects now: the length is taken after `__index__` methods have run.
fn selected(t: &mut Thread, list: Ref<List>, slice: Ref<Slice>) -> PyResult<SliceRange> {
    let parts = slice_parts(t, slice)?;
    Ok(fit_slice(parts, list.len()))
}

pub(super) fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    match key(t, args[1])? {
        Key::Index(i) => match list::get(t, list, i) {
            Some(item) => Ok(item),
            None => Err(t.index_error("list index out of range")),
        },
        Key::Slice(slice) => {
            let range = selected(t, list, slice)?;
            if range.step == 1 {
                let start = range.start as usize;
                return list::copy_range(t, list, start..start + range.count);
            }
            let mut items = t.vec();
            let all = list.items();
            items.extend((0..range.count).filter_map(|n| all.get(range.index(n)).map(Slot::get)));
            list::try_new(t, &items)
        }
    }
}

pub(super) fn setitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    let key = key(t, args[1])?;
    match key {
        Key::Index(i) if list::set(t, list, i, args[2]) => {}
        Key::Index(_) => return Err(t.index_error("list assignment index out of range")),
        Key::Slice(slice) => set_slice(t, list, slice, args[2])?,
    }
    Ok(Value::NONE)
}

/// The items to be stored, collected before the list is touched (it may be their source).
fn new_items(t: &mut Thread, source: Value) -> PyResult<RootVec> {
    if let Some(list) = list::exact(source) {
        return Ok(list::snapshot(t, list));
    }
    match iter::consume(t, source) {
        Ok(_) if source.cast::<List>().is_some() || source.as_tuple().is_some() => iter::collect(t, source),
        Ok(iterator) => {
            let mut items = t.vec();
            while let Some(item) = iter::next(t, iterator)? {
                items.push(item);
            }
            Ok(items)
        }
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            Err(t.type_error("must assign iterable to extended slice"))
        }
    }
}

fn set_slice(t: &mut Thread, list: Ref<List>, slice: Ref<Slice>, source: Value) -> PyResult<()> {
    let parts = slice_parts(t, slice)?;
    t.acquire(list);
    let range = fit_slice(parts, list.len());
    if let Some(source) = list::exact(source)
        && range.step == 1
    {
        let start = range.start as usize;
        return list::assign_range(t, list, start..start + range.count, source);
    }
    let items = new_items(t, source)?;
    t.acquire(list);
    let range = fit_slice(parts, list.len());
    if range.step == 1 {
        return list::splice(t, list, range.start as usize, range.count, &items);
    }
    if items.len() != range.count {
        let message = format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            range.count
        );
        return Err(t.value_error(message));
    }
    let w = t.write(list);
    for (n, &item) in items.iter().enumerate() {
        list.set_item(&w, range.index(n), item);
    }
    Ok(())
}

pub(super) fn delitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    let key = key(t, args[1])?;
    t.acquire(list);
    match key {
        Key::Index(i) => match normalize(i, list.len()) {
            Some(i) => {
                list::remove_at(t, list, i)?;
            }
            None => return Err(t.index_error("list assignment index out of range")),
        },
        Key::Slice(slice) => {
            let parts = slice_parts(t, slice)?;
            t.acquire(list);
            let range = fit_slice(parts, list.len()).ascending();
            // The start of an empty range may lie before the list.
            if range.step == 1 && range.count > 0 {
                list::splice(t, list, range.start as usize, range.count, &[])?;
            } else if range.count > 0 {
                delete_every(t, list, range);
            }
        }
    }
    Ok(Value::NONE)
}

/// Deletes indices with gaps between them, ascending.
fn delete_every(t: &mut Thread, list: Ref<List>, range: SliceRange) {
    let w = t.write(list);
    let items = list.items();
    let (mut next, mut deleted) = (range.index(0), 0);
    for i in range.index(0)..items.len() {
        if deleted < range.count && i == next {
            deleted += 1;
            if deleted < range.count {
                next = range.index(deleted);
            }
        } else {
            items[i - deleted].set(&w, items[i].get());
        }
    }
    let left = items.len() - deleted;
    list.truncate(&w, left);
}
