//! Operations on all items of a dict at once.

use super::{Dict, Table, attached, divide, grow, insert_after_rebuild, new, rebuild, set_str};
use crate::{
    builtins::{array, granule::Held},
    error::PyResult,
    object::Ref,
    thread::Thread,
    value::Value,
};

/// Makes room for `n` items at once.
pub fn reserve(t: &mut Thread, dict: Ref<Dict>, n: usize) -> PyResult<()> {
    match dict.table() {
        Some(table) if table.capacity() - table.fill() >= n.saturating_sub(dict.len()) => Ok(()),
        None if dict.owner().is_some() => Ok(()),
        _ => grow(t, dict, n),
    }
}

/// Removes everything.
pub fn clear(t: &mut Thread, dict: Ref<Dict>) {
    attached::detach(t, dict);
    let w = t.write(dict);
    dict.used.set(&w, 0);
    dict.table.set(&w, Value::UNSET);
    dict.keys_version.set(&w, 0);
}

/// Waits now for all that reading the dict takes.
pub fn wait_for(dict: Ref<Dict>) {
    if dict.is_divided() {
        let mut position = 0;
        while let Some((at, ..)) = dict.entry_from(position) {
            position = at + 1;
        }
    }
}

/// Before several items of `source` are stored in `target` one after the other: the thread waits now for what it needs, and others
/// see all of them or none.
pub fn begin_update(t: &mut Thread, target: Ref<Dict>, source: Ref<Dict>) {
    wait_for(source);
    t.hold(target);
    if target.is_divided() {
        let Some(table) = target.table() else { return };
        for granule in (0..table.fill()).filter_map(|e| table.held(e).granule()) {
            t.hold(granule);
        }
    }
}

/// Gives `target`, which is not attached, the table of `source`, which is not either and must not be used any more.
pub fn take_over(t: &mut Thread, target: Ref<Dict>, source: Ref<Dict>) {
    debug_assert!(target.owner().is_none() && source.owner().is_none());
    let (used, table) = (source.used.get(), source.table.get());
    let divided = source.is_divided();
    t.acquire(target);
    if divided && target.is_whole() {
        divide::unite(t, source);
    }
    let w = t.write(target);
    target.used.set(&w, used);
    target.table.set(&w, table);
    target.keys_version.set(&w, 0);
    if divided && !target.is_whole() {
        target.note_divided(&w);
    }
}

/// Whether a table is without holes and not much larger than it must be.
fn is_compact(table: Table, used: usize) -> bool {
    used > 0 && table.fill() == used && used * 3 >= table.capacity()
}

/// Copies the items of a dict some of whose values are in granules into an empty one.
fn copy_divided(t: &mut Thread, fresh: Ref<Dict>, dict: Ref<Dict>) -> PyResult<()> {
    grow(t, fresh, dict.len())?;
    let mut position = 0;
    while let Some((at, key, value)) = dict.entry_from(position) {
        let hash = dict.entry_hash(t, at);
        while !insert_after_rebuild(t, fresh, key, hash, Held::plain(value)) {
            grow(t, fresh, dict.len() + 1)?;
        }
        position = at + 1;
    }
    Ok(())
}

/// A copy (of class dict, whatever the class of the original), never attached.
pub fn copy(t: &mut Thread, dict: Ref<Dict>) -> PyResult<Ref<Dict>> {
    let fresh = new(t);
    if dict.owner().is_some() {
        reserve(t, fresh, dict.len())?;
        let mut position = 0;
        while let Some((at, name, value)) = dict.entry_from(position) {
            set_str(t, fresh, name, value);
            position = at + 1;
        }
    } else if dict.is_divided() {
        copy_divided(t, fresh, dict)?;
    } else if let Some(table) = dict.table().filter(|table| is_compact(*table, dict.len())) {
        let same = array::copy_of(t, Some(table.0), 0..table.0.capacity())?;
        let w = t.write(fresh);
        fresh.used.set(&w, dict.used.get());
        fresh.table.set(&w, same.value());
    } else if !dict.is_empty() {
        let holder = new(t);
        // Rebuilding a dict that shares the original's table makes a compact copy of it.
        let (used, table) = (dict.used.get(), dict.table.get());
        let w = t.write(holder);
        holder.used.set(&w, used);
        holder.table.set(&w, table);
        rebuild(t, holder, used)?;
        take_over(t, fresh, holder);
    }
    Ok(fresh)
}
