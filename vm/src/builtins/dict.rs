//! `dict`: the body and its primitives. Methods and views stand beside it.
//!
//! The table is one buffer: a fixed part, the entries (hash, key, value) in the order of insertion, and an open-addressing
//! index of 32-bit entry numbers behind them. Deleted entries keep their place with an unset key until the next rebuild.
//! A value that threads contend for is in a [granule](super::granule) ([`divide`]); all items of a dict whose keys they contend for are in
//! [`stripes`].

pub mod attached;
pub mod cached;
mod divide;
mod ends;
pub mod stripes;
mod table;
mod whole;

use std::ops::Range;

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::{Slot, Word, Writer, free};

use super::{
    array,
    granule::Held,
    str::{self, Str},
};
use crate::{
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    protocol::{compare, hash},
    shape,
    thread::Thread,
    value::Value,
};

use table::{CAPACITY, DELETED, EMPTY, ENTRIES, ENTRY, FILL, INDEX_BITS, Table};

pub use divide::keep_whole;
pub use ends::{move_to_end, pop_first, pop_last};
pub use whole::{begin_update, clear, copy, reserve, take_over, wait_for};

/// Body of a dict. Attribute words follow in instances of subclasses.
#[repr(C)]
pub struct Dict {
    header: Header,
    version: Slot<u64>,
    /// Number of items, or [`attached::ATTACHED`].
    used: Slot<usize>,
    /// The table, or unset while there has been no item; in an attached dict the address of the instance.
    table: Slot<Value>,
    /// Tag of the key set and entry places, unique in the process, or 0 if none has been asked for since the last change.
    keys_version: Slot<u64>,
    /// How threads have contended for it: see [`divide`].
    contention: Slot<u64>,
}

// SAFETY: `repr(C)`, header first; only dicts have the kind.
unsafe impl Body for Dict {
    const KIND: Kind = Kind::Dict;
}

/// Words of the body.
pub const WORDS: u16 = 6;
/// Layout of dicts.
pub const LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(48), drop: None };

/// Marks what a dict holds. Layouts of native subclasses with further words call it too.
///
/// # Safety
/// `object` must be a dict.
pub unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object; the table slot holds a table.
    unsafe {
        let dict = &*(object as *const Dict);
        if stripes::trace(dict, object, marker) {
            // A spine is no table.
        } else if let Some(table) = dict.table() {
            marker.mark_buffer(table.0.as_ptr() as *mut Object);
            marker.items(table.0.object(), table.fill(), trace_entries);
        } else if let Some(owner) = dict.owner() {
            marker.object(owner as *const Object as *mut Object);
        }
        shape::trace_attributes(object, marker);
    }
}

/// # Safety
/// `object` must be a table with these entries.
unsafe fn trace_entries(object: *const Object, entries: Range<usize>, marker: &mut Marker) {
    // SAFETY: the caller vouches for the table.
    unsafe {
        let table = Table(Ref::from_ptr(object));
        for e in entries {
            marker.value(table.key(e).bits());
            table.held(e).trace(marker);
        }
    }
}

/// Where a key stands, or would be put.
enum Found {
    Entry { entry: usize, index: usize },
    Free { index: usize },
}

impl Dict {
    fn empty(header: Header) -> Dict {
        Dict {
            header,
            version: Slot::new(0),
            used: Slot::new(0),
            table: Slot::new(Value::UNSET),
            keys_version: Slot::new(0),
            contention: Slot::new(divide::CALM),
        }
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        match self.used.get() {
            attached::ATTACHED => attached::len(self),
            n => n,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    fn table(&self) -> Option<Table> {
        // SAFETY: the slot holds a table or unset.
        self.table.get().object().map(|o| Table(unsafe { Ref::from_ptr(o) }))
    }

    /// The entry at or after `position` as (position, key, value), to iterate in order of insertion.
    pub fn entry_from(&self, position: usize) -> Option<(usize, Value, Value)> {
        let Some(table) = self.table() else {
            return attached::entry(self, position).map(|(key, value)| (position, key, value));
        };
        table.used_from(position).map(|e| (e, table.key(e), table.value(e)))
    }

    /// As [`Dict::entry_from`], without the value, which another thread may be writing.
    pub fn key_from(&self, position: usize) -> Option<(usize, Value)> {
        let Some(table) = self.table() else {
            return attached::entry(self, position).map(|(key, _)| (position, key));
        };
        table.used_from(position).map(|e| (e, table.key(e)))
    }

    /// The last entry below `position`, to iterate in reverse.
    pub fn entry_before(&self, position: usize) -> Option<(usize, Value, Value)> {
        let Some(table) = self.table() else {
            let last = position.min(self.end_position()).checked_sub(1)?;
            return attached::entry(self, last).map(|(key, value)| (last, key, value));
        };
        table.used_before(position).map(|e| (e, table.key(e), table.value(e)))
    }

    /// As [`Dict::entry_before`], without the value.
    pub fn key_before(&self, position: usize) -> Option<(usize, Value)> {
        let Some(table) = self.table() else {
            return self.entry_before(position).map(|(last, key, _)| (last, key));
        };
        table.used_before(position).map(|e| (e, table.key(e)))
    }

    /// End of the entry positions.
    pub fn end_position(&self) -> usize {
        self.table().map_or_else(|| self.len(), Table::fill)
    }

    /// Bytes of the table.
    pub fn table_bytes(&self) -> usize {
        self.table().map_or(0, |t| t.0.capacity() * 8)
    }

    /// Hash of the key of an entry.
    pub fn entry_hash(&self, t: &Thread, position: usize) -> u64 {
        match self.table() {
            Some(table) => table.hash(position),
            None => attached::entry(self, position).map_or(0, |(key, _)| Ref::<Str>::known(key).hash(t)),
        }
    }
}

/// Number of items.
#[inline]
pub fn len(t: &mut Thread, dict: Ref<Dict>) -> usize {
    if stripes::is_divided(dict) { stripes::len(t, dict) } else { dict.len() }
}

/// Whether the value is an exact dict (not of a subclass).
#[inline]
pub fn is_exact(value: Value) -> bool {
    value.object().is_some_and(|o| o.header.shape() == Kind::Dict.shape())
}

/// A new empty dict.
pub fn new(t: &mut Thread) -> Ref<Dict> {
    Ref::new(t, Dict::empty)
}

/// The dict in a slot of `holder`, which everybody may read; a new one if there is none yet.
pub fn on_demand(t: &mut Thread, holder: &Object, slot: &Slot<Value>) -> Ref<Dict> {
    if let Some(dict) = slot.get().cast() {
        return dict;
    }
    let fresh = new(t);
    Ref::known(t.offer(holder, slot, fresh.value()))
}

/// An empty dict of a class whose body is a dict.
pub fn new_of_class(t: &mut Thread, class: Ref<super::typeobj::Type>) -> Ref<Dict> {
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let dict = unsafe {
        t.alloc_bytes::<Dict>(id, shape.fixed_size(), |p| {
            crate::thread::keep_header(p, Dict::empty);
            // Native subclasses have further words between body and attributes.
            for word in WORDS as usize..shape.fixed_size() / 8 {
                crate::attributes::word_slot(&*(p as *const Object), word).init(Value::UNSET);
            }
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    super::typeobj::register_finalizer(t, class, dict.value());
    dict
}

/// Finds a key in the table, `None` if there is no table. May run `__eq__`; starts again if the table changed under it.
fn find(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64) -> PyResult<Option<Found>> {
    'restart: loop {
        let Some(table) = dict.table() else { return Ok(None) };
        let mask = table.mask();
        let mut perturb = hash;
        let mut i = hash as usize & mask;
        let mut free = None;
        loop {
            let e = table.index(i);
            if e == EMPTY {
                return Ok(Some(Found::Free { index: free.unwrap_or(i) }));
            }
            if e == DELETED {
                free.get_or_insert(i);
            } else if table.hash(e as usize) == hash {
                let other = table.key(e as usize);
                if other == key || same_key(t, dict, table, e as usize, other, key)? {
                    return Ok(Some(Found::Entry { entry: e as usize, index: i }));
                }
                if dict.table() != Some(table) || table.key(e as usize) != other {
                    continue 'restart;
                }
            }
            perturb >>= 5;
            i = (i * 5 + perturb as usize + 1) & mask;
        }
    }
}

/// The entry of a key, and the index that leads to it, in a dict that is this thread's from here on.
fn find_held(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64) -> PyResult<Option<(usize, usize)>> {
    loop {
        let Some(Found::Entry { entry, index }) = find(t, dict, key, hash)? else { return Ok(None) };
        if t.holds(dict) {
            return Ok(Some((entry, index)));
        }
        t.acquire(dict);
    }
}

#[inline]
fn same_key(
    t: &mut Thread,
    dict: Ref<Dict>,
    table: Table,
    entry: usize,
    other: Value,
    key: Value,
) -> PyResult<bool> {
    if str::is_exact(other) && str::is_exact(key) {
        return Ok(Ref::<Str>::known(other).same_text(&Ref::<Str>::known(key)));
    }
    let equal = compare::equal(t, other, key)?;
    // A true answer counts only if the entry is still there.
    Ok(equal && dict.table() == Some(table) && table.key(entry) == other)
}

/// Hash of a key; TypeError in the words of dicts.
#[inline]
pub fn key_hash(t: &mut Thread, key: Value) -> PyResult<u64> {
    match hash::hash(t, key) {
        Ok(h) => Ok(h),
        Err(raised) => Err(super::container::explain_unhashable(t, raised, key, "a dict key")),
    }
}

/// The value of a key, or `None`. Raises what `__hash__` and `__eq__` raise.
#[inline]
pub fn get(t: &mut Thread, dict: Ref<Dict>, key: Value) -> PyResult<Option<Value>> {
    Ok(get_held(t, dict, key)?.map(Held::value))
}

/// Whether there is a key. Another thread may be writing its value.
#[inline]
pub fn contains(t: &mut Thread, dict: Ref<Dict>, key: Value) -> PyResult<bool> {
    Ok(get_held(t, dict, key)?.is_some())
}

#[inline]
fn get_held(t: &mut Thread, dict: Ref<Dict>, key: Value) -> PyResult<Option<Held>> {
    if stripes::is_divided(dict) {
        let h = key_hash(t, key)?;
        if let Some(found) = stripes::get(t, dict, key, h)? {
            return Ok(found);
        }
    }
    if str::is_exact(key) {
        let h = Ref::<Str>::known(key).hash(t);
        if let Some(found) = get_str_hashed(t, dict, key, h) {
            return Ok(found);
        }
        return get_held_hashed(t, dict, key, h);
    }
    let h = key_hash(t, key)?;
    get_held_hashed(t, dict, key, h)
}

/// As [`get`], with the hash known.
#[inline]
pub fn get_hashed(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64) -> PyResult<Option<Value>> {
    if stripes::is_divided(dict)
        && let Some(found) = stripes::get(t, dict, key, hash)?
    {
        return Ok(found.map(Held::value));
    }
    Ok(get_held_hashed(t, dict, key, hash)?.map(Held::value))
}

fn get_held_hashed(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64) -> PyResult<Option<Held>> {
    Ok(match find(t, dict, key, hash)? {
        Some(Found::Entry { entry, .. }) => dict.table().map(|table| table.held(entry)),
        None if dict.owner().is_some() => attached::get(t, dict, key, hash)?.map(Held::plain),
        _ => None,
    })
}

/// Look-up of an exact str among keys that are exact strs. `None` if a key of another type is in the way.
#[inline]
fn get_str_hashed(t: &Thread, dict: Ref<Dict>, key: Value, hash: u64) -> Option<Option<Held>> {
    let Some(table) = dict.table() else { return Some(attached::get_str(t, dict, key).map(Held::plain)) };
    let s = Ref::<Str>::known(key);
    let mask = table.mask();
    let mut perturb = hash;
    let mut i = hash as usize & mask;
    loop {
        let e = table.index(i);
        if e == EMPTY {
            return Some(None);
        }
        if e != DELETED && table.hash(e as usize) == hash {
            let other = table.key(e as usize);
            if other == key {
                return Some(Some(table.held(e as usize)));
            }
            if !str::is_exact(other) {
                return None;
            }
            if Ref::<Str>::known(other).same_text(&s) {
                return Some(Some(table.held(e as usize)));
            }
        }
        perturb >>= 5;
        i = (i * 5 + perturb as usize + 1) & mask;
    }
}

/// The value of an exact str in a namespace. Never runs Python code: a key that is no exact str is not found.
#[inline]
pub fn get_str(t: &mut Thread, dict: Ref<Dict>, key: Value) -> Option<Value> {
    let h = Ref::<Str>::known(key).hash(t);
    get_str_hashed(t, dict, key, h).flatten().map(Held::value)
}

/// As [`get_str`], by the text of the key.
pub fn get_text(t: &mut Thread, dict: Ref<Dict>, key: &str) -> Option<Value> {
    let key = t.intern(key);
    get_str(t, dict, key)
}

/// Inserts or replaces. Raises what `__hash__` and `__eq__` raise.
#[inline]
pub fn set(t: &mut Thread, dict: Ref<Dict>, key: Value, value: Value) -> PyResult<()> {
    let h = key_hash(t, key)?;
    set_hashed(t, dict, key, h, value)
}

/// As [`set`], with the hash known.
pub fn set_hashed(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64, value: Value) -> PyResult<()> {
    loop {
        if stripes::is_divided(dict) && stripes::set(t, dict, key, hash, value)? {
            return Ok(());
        }
        match find(t, dict, key, hash)? {
            Some(Found::Entry { entry, .. }) if replace(t, dict, entry, value) => return Ok(()),
            // It has changed meanwhile: once more.
            Some(Found::Entry { .. }) => {}
            Some(Found::Free { .. }) if stripes::is_worth_dividing(t, dict) => stripes::divide(t, dict),
            // What has been found holds only if the dict is this thread's by now.
            Some(Found::Free { .. }) if !t.holds(dict) => t.acquire(dict),
            Some(Found::Free { index }) => {
                let held = divide::hold(t, dict, value);
                if insert_new(t, dict, key, hash, held, index) {
                    return Ok(());
                }
                grow(t, dict, dict.len() + 1)?;
                // No key is equal: none is asked again.
                if insert_after_rebuild(t, dict, key, hash, held) {
                    return Ok(());
                }
            }
            None if dict.owner().is_some() && attached::set(t, dict, key, value) => return Ok(()),
            // Without items, or detached just now.
            None if dict.table().is_none() => rebuild(t, dict, 1)?,
            None => {}
        }
    }
}

/// Replaces the value of an entry that has just been found. False if the dict had to be taken from others first, which may have
/// changed it.
#[inline]
fn replace(t: &mut Thread, dict: Ref<Dict>, entry: usize, value: Value) -> bool {
    let body: &Dict = &dict;
    let Some(table) = body.table() else { return false };
    if let Some(granule) = table.held(entry).granule() {
        let w = t.write(granule);
        granule.set(&w, value);
        true
    } else if t.holds(dict) && body.is_calm() && !free::is_disputed(dict.object()) {
        let w = t.write(dict);
        table.place(entry).set(&w, Held::plain(value));
        true
    } else {
        divide::replace(t, dict, entry, value)
    }
}

/// Inserts a key that is not in a table that has no deleted entries.
fn insert_after_rebuild(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64, held: Held) -> bool {
    let Some(table) = dict.table() else { return false };
    let index = table.first_empty(hash);
    insert_new(t, dict, key, hash, held, index)
}

/// The value of a key, which becomes `default` if it is not there. Keys are compared only once.
pub fn setdefault(t: &mut Thread, dict: Ref<Dict>, key: Value, default: Value) -> PyResult {
    if !stripes::is_divided(dict)
        && dict.owner().is_some()
        && let Some(found) = get(t, dict, key)?
    {
        return Ok(found);
    }
    let hash = key_hash(t, key)?;
    loop {
        if stripes::is_divided(dict)
            && let Some(value) = stripes::setdefault(t, dict, key, hash, default)?
        {
            return Ok(value);
        }
        match find(t, dict, key, hash)? {
            Some(Found::Entry { entry, .. }) => {
                return Ok(dict.table().map_or(default, |table| table.value(entry)));
            }
            Some(Found::Free { .. }) if stripes::is_worth_dividing(t, dict) => stripes::divide(t, dict),
            Some(Found::Free { .. }) if !t.holds(dict) => t.acquire(dict),
            Some(Found::Free { index }) => {
                let held = divide::hold(t, dict, default);
                if !insert_new(t, dict, key, hash, held, index) {
                    grow(t, dict, dict.len() + 1)?;
                    insert_after_rebuild(t, dict, key, hash, held);
                }
                return Ok(default);
            }
            None if dict.owner().is_some() => {
                set_hashed(t, dict, key, hash, default)?;
                return Ok(default);
            }
            None if t.holds(dict) => rebuild(t, dict, 1)?,
            None => t.acquire(dict),
        }
    }
}

/// Inserts at a free index, if there is room for an entry. The dict must be this thread's since the index was found.
fn insert_new(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64, held: Held, index: usize) -> bool {
    let body: &Dict = &dict;
    let Some(table) = body.table() else { return false };
    if !table.has_room() {
        return false;
    }
    let e = table.fill();
    let w = t.write(dict);
    table.put(&w, e, key, hash, held);
    // Its high half counts entries that have been given up.
    table.0.raw(FILL).set(&w, table.0.raw(FILL).get() + 1);
    table.set_index(&w, index, e as u32);
    body.used.set(&w, body.used.get() + 1);
    body.keys_version.set(&w, 0);
    true
}

/// Makes a new table with room for at least `wanted` items and moves the items over.
fn rebuild(t: &mut Thread, dict: Ref<Dict>, wanted: usize) -> PyResult<()> {
    rebuild_behind(t, dict, wanted, 0)
}

/// As [`rebuild`], with a number of deleted entries before the items.
fn rebuild_behind(t: &mut Thread, dict: Ref<Dict>, wanted: usize, deleted: usize) -> PyResult<()> {
    t.acquire(dict);
    let wanted = wanted.max(dict.len());
    let wanted = if dict.len() > 5 { wanted.max(dict.len() * 2) } else { wanted.max(5) };
    let wanted = wanted + deleted;
    let mut bits = 3;
    while (1usize << bits) * 2 / 3 < wanted {
        bits += 1;
    }
    let capacity = (1usize << bits) * 2 / 3;
    let words = ENTRIES + capacity * ENTRY + (1usize << bits) / 2;
    // Filling with all ones makes every index empty; entries are written before they are counted.
    let fresh = Table(array::new(t, words, u64::MAX)?);
    fresh.0.raw(INDEX_BITS).init((deleted as u64) << 32 | bits as u64);
    fresh.0.raw(CAPACITY).init(capacity as u64);
    fresh.0.raw(FILL).init(0);
    for e in 0..deleted {
        fresh.0.raw(ENTRIES + e * ENTRY + 1).init(Value::UNSET.to_word());
        fresh.place(e).init(Held::UNSET);
    }
    let w = t.write(dict);
    let mut n = deleted;
    if let Some(old) = dict.table() {
        for e in 0..old.fill() {
            let key = old.key(e);
            if key.is_unset() {
                continue;
            }
            let hash = old.hash(e);
            fresh.0.raw(ENTRIES + n * ENTRY).init(hash);
            fresh.0.raw(ENTRIES + n * ENTRY + 1).init(key.to_word());
            fresh.place(n).init(old.held(e));
            fresh.set_index(&w, fresh.first_empty(hash), n as u32);
            n += 1;
        }
    }
    fresh.0.raw(FILL).init(n as u64);
    dict.table.set(&w, fresh.0.value());
    dict.keys_version.set(&w, 0);
    Ok(())
}

/// Rebuilds the table of a dict that shares it with nobody.
fn grow(t: &mut Thread, dict: Ref<Dict>, wanted: usize) -> PyResult<()> {
    t.acquire(dict);
    let old = dict.table();
    rebuild(t, dict, wanted)?;
    // SAFETY: so says the caller.
    unsafe { array::retire(t, old.map(|table| table.0)) };
    Ok(())
}

/// Stores under an exact str whose `__eq__` cannot fail.
pub fn set_str(t: &mut Thread, dict: Ref<Dict>, key: Value, value: Value) {
    let h = Ref::<Str>::known(key).hash(t);
    // Keys of other types with the same hash could run code; namespaces have none in practice, and an error of theirs has
    // nowhere to go.
    if let Err(raised) = set_hashed(t, dict, key, h, value) {
        t.take_exception(raised);
    }
}

/// As [`set_str`], by the text of the key.
pub fn set_text(t: &mut Thread, dict: Ref<Dict>, key: &str, value: Value) {
    let key = t.intern(key);
    set_str(t, dict, key, value);
}

/// Removes a key; its value, or `None` if it was not there.
pub fn remove(t: &mut Thread, dict: Ref<Dict>, key: Value) -> PyResult<Option<Value>> {
    let h = key_hash(t, key)?;
    remove_hashed(t, dict, key, h)
}

/// As [`remove`], with the hash known.
pub fn remove_hashed(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64) -> PyResult<Option<Value>> {
    if stripes::is_divided(dict)
        && let Some(found) = stripes::remove(t, dict, key, hash)?
    {
        return Ok(found);
    }
    attached::detach(t, dict);
    while let Some((entry, index)) = find_held(t, dict, key, hash)? {
        if stripes::is_worth_dividing(t, dict) {
            stripes::divide(t, dict);
            return remove_hashed(t, dict, key, hash);
        }
        let Some(table) = dict.table() else { break };
        let value = table.value(entry);
        // It may have been lost in the wait for a granule.
        if t.holds(dict) {
            let w = t.write(dict);
            delete_entry(dict, &w, table, entry, index);
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn delete_entry(dict: Ref<Dict>, w: &Writer<'_>, table: Table, entry: usize, index: usize) {
    table.set_index(w, index, DELETED);
    table.0.raw(ENTRIES + entry * ENTRY + 1).set(w, Value::UNSET.to_word());
    table.place(entry).set(w, Held::UNSET);
    if entry == table.first() {
        table.set_first(w, entry + 1);
    }
    dict.used.set(w, dict.used.get() - 1);
    dict.keys_version.set(w, 0);
}
