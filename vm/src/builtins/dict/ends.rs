//! The ends of a dict: taking items from them and moving items there, in constant time if one does it again and again.

use super::{DELETED, Dict, FILL, Table, attached, delete_entry, find_held, grow, key_hash, rebuild_behind};
use crate::{builtins::array, error::PyResult, object::Ref, thread::Thread, value::Value};

impl Dict {
    /// The first position at which there may be an entry.
    #[inline]
    pub fn first_position(&self) -> usize {
        self.table().map_or(0, Table::first)
    }

    /// A number that changes whenever keys are added or removed or change their places (or else with a chance of 1 in
    /// 2^60 does not).
    pub fn order_state(&self) -> i64 {
        const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
        let words = self
            .table()
            .map_or([0; 3], |table| [table.0.value().bits(), table.0.raw(FILL).get(), table.first() as u64]);
        let mixed = words
            .iter()
            .fold(self.len() as u64, |mixed, word| (mixed ^ word).wrapping_mul(MIX).rotate_left(29));
        mixed as i64 >> 3
    }
}

/// The entry of this very key, which is in the table, and the index that leads to it.
fn place_of(table: Table, key: Value, hash: u64) -> (usize, usize) {
    let mask = table.mask();
    let mut perturb = hash;
    let mut i = hash as usize & mask;
    loop {
        let e = table.index(i);
        if e != DELETED && table.key(e as usize) == key {
            return (e as usize, i);
        }
        perturb >>= 5;
        i = (i * 5 + perturb as usize + 1) & mask;
    }
}

/// An entry of a dict that the thread may write from here on; its value may have been waited for.
fn held_entry(
    t: &mut Thread,
    dict: Ref<Dict>,
    find: impl Fn(Ref<Dict>) -> Option<(usize, Value, Value)>,
) -> Option<(usize, Value, Value)> {
    loop {
        t.acquire(dict);
        let found = find(dict);
        if t.holds(dict) {
            return found;
        }
    }
}

/// Removes and returns the last item.
pub fn pop_last(t: &mut Thread, dict: Ref<Dict>) -> Option<(Value, Value)> {
    attached::detach(t, dict);
    let (entry, key, value) = held_entry(t, dict, |dict| dict.entry_before(usize::MAX))?;
    let w = t.write(dict);
    let table = dict.table()?;
    let (_, index) = place_of(table, key, table.hash(entry));
    delete_entry(dict, &w, table, entry, index);
    // Without this, taking from the end would search the holes there again and again.
    let fill = table.0.raw(FILL).get();
    let given_up = (fill >> 32) + table.fill() as u64 - entry as u64;
    table.0.raw(FILL).set(&w, given_up << 32 | entry as u64);
    if table.first() > entry {
        table.set_first(&w, entry);
    }
    Some((key, value))
}

/// Removes and returns the first item.
pub fn pop_first(t: &mut Thread, dict: Ref<Dict>) -> Option<(Value, Value)> {
    attached::detach(t, dict);
    let (entry, key, value) = held_entry(t, dict, |dict| dict.entry_from(dict.first_position()))?;
    let w = t.write(dict);
    let table = dict.table()?;
    let (_, index) = place_of(table, key, table.hash(entry));
    delete_entry(dict, &w, table, entry, index);
    table.set_first(&w, entry + 1);
    Some((key, value))
}

/// Moves an item behind the last one or before the first one; whether there is one with this key.
pub fn move_to_end(t: &mut Thread, dict: Ref<Dict>, key: Value, last: bool) -> PyResult<bool> {
    attached::detach(t, dict);
    let hash = key_hash(t, key)?;
    let Some((entry, _)) = find_held(t, dict, key, hash)? else { return Ok(false) };
    let at_end = if last { dict.key_before(usize::MAX) } else { dict.key_from(dict.first_position()) };
    if at_end.is_some_and(|(e, _)| e == entry) {
        return Ok(true);
    }
    let Some(table) = dict.table() else { return Ok(false) };
    let key = table.key(entry);
    // Without room there, a new table has some.
    if last && !table.has_room() {
        grow(t, dict, dict.len() + 1)?;
    } else if !last && table.first() == 0 {
        rebuild_behind(t, dict, dict.len(), dict.len() / 2 + 4)?;
        // SAFETY: the table was the dict's alone.
        unsafe { array::retire(t, Some(table.0)) };
    }
    let Some(table) = dict.table() else { return Ok(false) };
    let (entry, index) = place_of(table, key, hash);
    let held = table.held(entry);
    let w = t.write(dict);
    delete_entry(dict, &w, table, entry, index);
    let place = if last {
        table.0.raw(FILL).set(&w, table.0.raw(FILL).get() + 1);
        table.fill() - 1
    } else {
        table.set_first(&w, table.first() - 1);
        table.first()
    };
    table.put(&w, place, key, hash, held);
    table.set_index(&w, index, place as u32);
    dict.used.set(&w, dict.used.get() + 1);
    Ok(true)
}
