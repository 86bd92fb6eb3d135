//! `set` and `frozenset`: the body that they share and its primitives. Operators and methods stand in the folder.
//!
//! The table is a buffer of (hash, key) pairs, probed as CPython does (short linear runs, then a perturbed jump), so that
//! sets of ints come out in the same order.

pub mod methods;
pub mod operators;
pub mod stripes;

use std::ops::Range;

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::{Slot, Word, Writer};

use super::{
    array::{self, Array},
    container,
    dict::{self, Dict},
    str::{self, Str},
    typeobj::{self, Type},
};
use crate::{
    atomic::instruction,
    error::{Exc, PyResult},
    kind::Kind,
    object::{Body, Ref},
    protocol::{compare, hash, iter},
    shape,
    thread::{RootVec, Thread},
    value::Value,
};

pub use methods::{DEF, FROZENSET_DEF};
pub use operators::compare;

/// Body of a set or frozenset. Attribute words follow in instances of subclasses.
#[repr(C)]
pub struct Set {
    header: Header,
    version: Slot<u64>,
    /// Number of items.
    used: Slot<usize>,
    /// Entries that are not free: items and traces of removed ones.
    fill: Slot<usize>,
    /// Where `pop` goes on searching.
    finger: Slot<usize>,
    /// Hash of a frozenset, [`NO_HASH`] until asked for.
    hash: Slot<u64>,
    /// The table, or unset while there has been no item.
    table: Slot<Value>,
    /// How threads have contended for it: see [`super::stripes`].
    contention: Slot<u64>,
}

// SAFETY: `repr(C)`, header first; only sets and frozensets have the kinds.
unsafe impl Body for Set {
    const KIND: Kind = Kind::Set;
    const ALSO: &'static [Kind] = &[Kind::FrozenSet];
}

/// Words of the body.
pub const WORDS: u16 = 8;
/// Layout of sets and frozensets.
pub const LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(64), drop: None };

/// No hash is -1.
const NO_HASH: u64 = u64::MAX;
/// Key of an entry whose item was removed; its hash is [`NO_HASH`].
const REMOVED: Value = Value::RANGE_STATE;
/// Entries of the smallest table.
const MIN_ENTRIES: usize = 8;
/// Further entries tried one after the other before the next jump.
const LINEAR_PROBES: usize = 9;

/// # Safety
/// `object` must be a set.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object; the table slot holds a table.
    unsafe {
        let set = &*(object as *const Set);
        if stripes::trace(set, object, marker) {
            // A spine is no table.
        } else if let Some(table) = set.table() {
            marker.mark_buffer(table.0.as_ptr() as *mut Object);
            marker.items(table.0.object(), table.entries(), trace_entries);
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
        }
    }
}

/// View of a table.
#[derive(Clone, Copy, PartialEq)]
struct Table(Ref<Array>);

impl Table {
    fn new(t: &mut Thread, entries: usize) -> PyResult<Table> {
        Ok(Table(array::new(t, entries * 2, Value::UNSET.to_word())?))
    }

    #[inline(always)]
    fn entries(self) -> usize {
        self.0.capacity() / 2
    }

    #[inline(always)]
    fn hash(self, e: usize) -> u64 {
        self.0.raw(e * 2).get()
    }

    #[inline(always)]
    fn key(self, e: usize) -> Value {
        Value::from_bits(self.0.raw(e * 2 + 1).get())
    }

    fn put(self, w: &Writer<'_>, e: usize, key: Value, hash: u64) {
        self.0.raw(e * 2).set(w, hash);
        self.0.slots()[e * 2 + 1].set(w, key);
    }

    /// Stores a key that the table does not hold, while the table is new.
    fn put_fresh(self, key: Value, hash: u64) {
        let e = self.first_unset(hash);
        self.0.raw(e * 2).init(hash);
        self.0.raw(e * 2 + 1).init(key.to_word());
    }

    /// Where a key goes that the table does not hold.
    #[inline]
    fn first_unset(self, hash: u64) -> usize {
        let mut run = Run::first(hash, self.entries() - 1);
        loop {
            if let Some(e) = run.entries().find(|&e| self.key(e).is_unset()) {
                return e;
            }
            run.jump();
        }
    }

    /// Finds a key as far as no code has to run for that; `None` if an item must be asked whether it is equal.
    #[inline]
    fn find_quietly(self, key: Value, hash: u64) -> Option<Found> {
        let mut run = Run::first(hash, self.entries() - 1);
        loop {
            for e in run.entries() {
                let other = self.key(e);
                if other.is_unset() {
                    return Some(Found::Free(e));
                }
                if self.hash(e) != hash || other == REMOVED {
                    continue;
                }
                if other == key {
                    return Some(Found::Entry(e));
                }
                if str::is_exact(other) && str::is_exact(key) {
                    if Ref::<Str>::known(other).same_text(&Ref::<Str>::known(key)) {
                        return Some(Found::Entry(e));
                    }
                } else if !Value::both_small(other, key) {
                    return None;
                }
            }
            run.jump();
        }
    }
}

/// Entries that are tried one after the other.
struct Run {
    first: usize,
    mask: usize,
    perturb: u64,
}

impl Run {
    /// Where a hash is looked for first in a table of `mask + 1` entries.
    #[inline(always)]
    fn first(hash: u64, mask: usize) -> Run {
        Run { first: hash as usize & mask, mask, perturb: hash }
    }

    #[inline(always)]
    fn entries(&self) -> std::ops::Range<usize> {
        let further = if self.first + LINEAR_PROBES <= self.mask { LINEAR_PROBES } else { 0 };
        self.first..self.first + further + 1
    }

    /// Goes on to where the hash is looked for next.
    #[inline(always)]
    fn jump(&mut self) {
        self.perturb >>= 5;
        self.first =
            self.first.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb as usize) & self.mask;
    }
}

/// Where a key stands, or would be put.
enum Found {
    Entry(usize),
    Free(usize),
    NoTable,
}

impl Set {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Entries of the table.
    pub fn capacity(&self) -> usize {
        self.table().map_or(MIN_ENTRIES, Table::entries)
    }

    #[inline(always)]
    fn table(&self) -> Option<Table> {
        // SAFETY: the slot holds a table or unset.
        self.table.get().object().map(|o| Table(unsafe { Ref::from_ptr(o) }))
    }

    /// The item at or after a table position as (position, key, hash), to iterate.
    #[inline]
    pub fn entry_from(&self, position: usize) -> Option<(usize, Value, u64)> {
        let table = self.table()?;
        (position..table.entries()).find_map(|e| {
            let key = table.key(e);
            (!key.is_unset() && key != REMOVED).then(|| (e, key, table.hash(e)))
        })
    }

    /// As [`Set::entry_from`], for an iteration over a set that had `used` items in the beginning.
    #[inline]
    pub fn unchanged_entry_from(
        &self,
        t: &mut Thread,
        position: usize,
        used: usize,
    ) -> PyResult<Option<(usize, Value, u64)>> {
        if self.len() != used {
            return Err(t.raise(Exc::RuntimeError, "Set changed size during iteration"));
        }
        Ok(self.entry_from(position))
    }

    /// Number of items at or after a table position.
    pub fn count_from(&self, position: usize) -> usize {
        let after = |position: usize| self.entry_from(position).map(|(e, ..)| e + 1);
        std::iter::successors(after(position), |&e| after(e)).count()
    }

    /// Whether a key is in the set, as far as no code has to run for that.
    #[inline]
    fn find_quietly(&self, key: Value, hash: u64) -> Option<bool> {
        match self.table() {
            Some(table) => table.find_quietly(key, hash).map(|found| matches!(found, Found::Entry(_))),
            None => Some(false),
        }
    }

    /// Whether all items are in another set; the position of an item for which code would have to run, if there is one.
    fn is_subset_quietly(&self, other: &Set) -> Result<bool, usize> {
        let Some(table) = self.table() else { return Ok(true) };
        let Some(asked) = other.table() else { return Ok(self.is_empty()) };
        for e in 0..table.entries() {
            let key = table.key(e);
            if key.is_unset() || key == REMOVED {
                continue;
            }
            match asked.find_quietly(key, table.hash(e)) {
                Some(Found::Entry(_)) => {}
                Some(_) => return Ok(false),
                None => return Err(e),
            }
        }
        Ok(true)
    }

    /// Hash of a frozenset, if it has been computed.
    pub fn cached_hash(&self) -> Option<u64> {
        Some(self.hash.get()).filter(|&h| h != NO_HASH)
    }
}

fn body(header: Header) -> Set {
    Set {
        header,
        version: Slot::new(0),
        used: Slot::new(0),
        fill: Slot::new(0),
        finger: Slot::new(0),
        hash: Slot::new(NO_HASH),
        table: Slot::new(Value::UNSET),
        contention: Slot::new(0),
    }
}

/// A new empty set.
pub fn new(t: &mut Thread) -> Ref<Set> {
    Ref::new(t, body)
}

/// An empty set of a class whose body is a set (`set`, `frozenset` and their subclasses).
pub fn new_of_class(t: &mut Thread, class: Ref<Type>) -> Ref<Set> {
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let set = unsafe {
        t.alloc_bytes::<Set>(id, shape.fixed_size(), |p| {
            crate::thread::keep_header(p, body);
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    typeobj::register_finalizer(t, class, set.value());
    set
}

/// A frozenset of these items. Raises what their `__hash__` and `__eq__` raise.
pub fn frozenset_from(t: &mut Thread, items: &[Value]) -> PyResult {
    let set = new_of_class(t, crate::runtime::class_of_kind(Kind::FrozenSet));
    for &item in items {
        add(t, set, item)?;
    }
    Ok(set.value())
}

/// The items of a set, in the order of the table.
pub fn snapshot(t: &mut Thread, set: Value) -> RootVec {
    let mut items = t.vec();
    let mut position = 0;
    while let Some((e, key, _)) = set.cast::<Set>().and_then(|s| s.entry_from(position)) {
        items.push(key);
        position = e + 1;
    }
    items
}

/// Number of items.
#[inline]
pub fn len(t: &mut Thread, set: Ref<Set>) -> usize {
    if stripes::is_divided(set) { stripes::len(t, set) } else { set.len() }
}

/// Whether the value is a set, a frozenset or an instance of a subclass.
#[inline]
pub fn is_set(value: Value) -> bool {
    value.cast::<Set>().is_some()
}

/// Hash of an item; TypeError in the words of sets.
#[inline]
pub fn item_hash(t: &mut Thread, item: Value) -> PyResult<u64> {
    match hash::hash(t, item) {
        Ok(h) => Ok(h),
        Err(raised) => Err(container::explain_unhashable(t, raised, item, "a set element")),
    }
}

/// Finds a key. May run `__eq__`; starts again if the table changed under it.
#[inline]
fn find(t: &mut Thread, set: Ref<Set>, key: Value, hash: u64) -> PyResult<Found> {
    let Some(table) = set.table() else { return Ok(Found::NoTable) };
    match table.find_quietly(key, hash) {
        Some(found) => Ok(found),
        None => find_asking(t, set, key, hash),
    }
}

/// As [`find`], for keys that have to be compared.
#[inline(never)]
fn find_asking(t: &mut Thread, set: Ref<Set>, key: Value, hash: u64) -> PyResult<Found> {
    t.check_native_stack()?;
    'restart: loop {
        let Some(table) = set.table() else { return Ok(Found::NoTable) };
        let mut run = Run::first(hash, table.entries() - 1);
        loop {
            for e in run.entries() {
                let other = table.key(e);
                if other.is_unset() {
                    return Ok(Found::Free(e));
                }
                if table.hash(e) != hash || other == REMOVED {
                    continue;
                }
                let equal = compare::equal(t, other, key)?;
                if set.table() != Some(table) || table.key(e) != other {
                    continue 'restart;
                }
                if equal {
                    return Ok(Found::Entry(e));
                }
            }
            run.jump();
        }
    }
}

/// Whether the item is in the set. Raises what `__hash__` and `__eq__` raise.
pub fn contains(t: &mut Thread, set: Ref<Set>, item: Value) -> PyResult<bool> {
    let h = item_hash(t, item)?;
    contains_hashed(t, set, item, h)
}

/// As [`contains`], with the hash known.
pub fn contains_hashed(t: &mut Thread, set: Ref<Set>, item: Value, hash: u64) -> PyResult<bool> {
    if stripes::is_divided(set)
        && let Some(found) = stripes::contains(t, set, item, hash)?
    {
        return Ok(found);
    }
    Ok(matches!(find(t, set, item, hash)?, Found::Entry(_)))
}

/// Adds an item; whether it is new.
pub fn add(t: &mut Thread, set: Ref<Set>, item: Value) -> PyResult<bool> {
    let h = item_hash(t, item)?;
    add_hashed(t, set, item, h)
}

/// As [`add`], with the hash known.
pub fn add_hashed(t: &mut Thread, set: Ref<Set>, item: Value, hash: u64) -> PyResult<bool> {
    loop {
        if stripes::is_divided(set)
            && let Some(there) = stripes::change(t, set, item, hash, true)?
        {
            return Ok(!there);
        }
        match find(t, set, item, hash)? {
            Found::Entry(_) => return Ok(false),
            Found::Free(_) if stripes::is_worth_dividing(t, set) => stripes::divide(t, set),
            // What has been found holds only if the set is this thread's by now.
            _ if !t.holds(set) => t.acquire(set),
            Found::Free(e) => break put_new(t, set, e, item, hash)?,
            Found::NoTable => break add_distinct(t, set, item, hash)?,
        }
    }
    Ok(true)
}

/// Adds an item that the set, which is this thread's, is known not to have.
fn add_distinct(t: &mut Thread, set: Ref<Set>, item: Value, hash: u64) -> PyResult<()> {
    let table = match set.table() {
        Some(table) => table,
        None => {
            let table = Table::new(t, MIN_ENTRIES)?;
            let w = t.write(set);
            set.table.set(&w, table.0.value());
            table
        }
    };
    put_new(t, set, table.first_unset(hash), item, hash)
}

/// Puts a new item into an entry that has been free.
#[inline]
fn put_new(t: &mut Thread, set: Ref<Set>, e: usize, item: Value, hash: u64) -> PyResult<()> {
    let w = t.write(set);
    let body: &Set = &set;
    let Some(table) = body.table() else { return Ok(()) };
    table.put(&w, e, item, hash);
    let fill = body.fill.get() + 1;
    body.fill.set(&w, fill);
    body.used.set(&w, body.used.get() + 1);
    if fill * 5 >= (table.entries() - 1) * 3 { grow(t, set) } else { Ok(()) }
}

/// Makes the table as large as its items want.
fn grow(t: &mut Thread, set: Ref<Set>) -> PyResult<()> {
    let used = set.len();
    resize(t, set, if used > 50_000 { used * 2 } else { used * 4 })
}

/// Moves the items to a table of more than `least` entries.
fn resize(t: &mut Thread, set: Ref<Set>, least: usize) -> PyResult<()> {
    t.acquire(set);
    let mut entries = MIN_ENTRIES;
    while entries <= least.max(set.len()) {
        entries <<= 1;
    }
    let old = set.table();
    let fresh = Table::new(t, entries)?;
    let w = t.write(set);
    let body: &Set = &set;
    let mut position = 0;
    while let Some((e, key, hash)) = body.entry_from(position) {
        fresh.put_fresh(key, hash);
        position = e + 1;
    }
    body.table.set(&w, fresh.0.value());
    body.fill.set(&w, body.len());
    // SAFETY: a set shares its table with nobody that is still used.
    unsafe { array::retire(t, old.map(|table| table.0)) };
    Ok(())
}

/// Removes an item; whether it was there.
pub fn remove(t: &mut Thread, set: Ref<Set>, item: Value) -> PyResult<bool> {
    let h = item_hash(t, item)?;
    remove_hashed(t, set, item, h)
}

/// As [`remove`], with the hash known.
pub fn remove_hashed(t: &mut Thread, set: Ref<Set>, item: Value, hash: u64) -> PyResult<bool> {
    loop {
        if stripes::is_divided(set)
            && let Some(there) = stripes::change(t, set, item, hash, false)?
        {
            return Ok(there);
        }
        let Found::Entry(e) = find(t, set, item, hash)? else { return Ok(false) };
        if stripes::is_worth_dividing(t, set) {
            stripes::divide(t, set);
            continue;
        }
        // As in `add_hashed`.
        if t.holds(set) {
            let w = t.write(set);
            if let Some(table) = set.table() {
                table.put(&w, e, REMOVED, NO_HASH);
                set.used.set(&w, set.used.get() - 1);
            }
            return Ok(true);
        }
        t.acquire(set);
    }
}

/// Removes and returns some item.
pub fn pop(t: &mut Thread, set: Ref<Set>) -> Option<Value> {
    t.acquire(set);
    let (e, key, _) = set.entry_from(set.finger.get()).or_else(|| set.entry_from(0))?;
    let table = set.table()?;
    let w = t.write(set);
    table.put(&w, e, REMOVED, NO_HASH);
    set.used.set(&w, set.used.get() - 1);
    set.finger.set(&w, e + 1);
    Some(key)
}

/// Removes everything.
pub fn clear(t: &mut Thread, set: Ref<Set>) {
    let w = t.write(set);
    set.used.set(&w, 0);
    set.fill.set(&w, 0);
    set.finger.set(&w, 0);
    set.table.set(&w, Value::UNSET);
}

/// Makes a new table without the traces of removed items if those are many.
pub(super) fn shrink(t: &mut Thread, set: Ref<Set>) -> PyResult<()> {
    if set.fill.get() - set.len() > set.capacity() / 4 { grow(t, set) } else { Ok(()) }
}

/// Gives `target` the items of `source`, which must not be used any more.
pub(super) fn take_over(t: &mut Thread, target: Ref<Set>, source: Ref<Set>) {
    let w = t.write(target);
    target.used.set(&w, source.used.get());
    target.fill.set(&w, source.fill.get());
    target.finger.set(&w, 0);
    target.table.set(&w, source.table.get());
}

/// Calls `f` with each key of a set, exact dict or other iterable and the key's hash.
pub fn for_each_hashed(
    t: &mut Thread,
    source: Value,
    mut f: impl FnMut(&mut Thread, Value, u64) -> PyResult<()>,
) -> PyResult<()> {
    if let Some(set) = source.cast::<Set>() {
        let mut position = 0;
        while let Some((e, key, hash)) = set.entry_from(position) {
            f(t, key, hash)?;
            position = e + 1;
        }
        return Ok(());
    }
    if dict::is_exact(source) {
        let dict = Ref::<Dict>::known(source);
        let mut position = 0;
        while let Some((e, key)) = dict.key_from(position) {
            let hash = dict.entry_hash(t, e);
            f(t, key, hash)?;
            position = e + 1;
        }
        return Ok(());
    }
    iter::for_each(t, source, |t, key| {
        let hash = item_hash(t, key)?;
        f(t, key, hash)
    })
}

/// Adds every item of an iterable.
pub fn update(t: &mut Thread, set: Ref<Set>, source: Value) -> PyResult<()> {
    let Some(other) = source.cast::<Set>() else {
        instruction::begin_for(t, set);
        return for_each_hashed(t, source, |t, key, hash| add_hashed(t, set, key, hash).map(|_| ()));
    };
    if other == set || other.is_empty() {
        return Ok(());
    }
    t.acquire(set);
    if (set.fill.get() + other.len()) * 5 >= (set.capacity() - 1) * 3 {
        resize(t, set, (set.len() + other.len()) * 2)?;
    }
    if set.fill.get() != 0 {
        return for_each_hashed(t, source, |t, key, hash| add_hashed(t, set, key, hash).map(|_| ()));
    }
    // Into an empty set nothing needs comparing.
    let fresh = Table::new(t, set.capacity())?;
    if other.fill.get() == other.len() && other.capacity() == fresh.entries() {
        // Without removed items the table is copied as it is.
        if let Some(table) = other.table() {
            for e in 0..fresh.entries() {
                fresh.0.raw(e * 2).init(table.hash(e));
                fresh.0.raw(e * 2 + 1).init(table.key(e).to_word());
            }
        }
    } else {
        let mut position = 0;
        while let Some((e, key, hash)) = other.entry_from(position) {
            fresh.put_fresh(key, hash);
            position = e + 1;
        }
    }
    let n = other.len();
    if !t.holds(set) {
        // It was lost in the wait for the other one.
        return update(t, set, source);
    }
    let w = t.write(set);
    set.table.set(&w, fresh.0.value());
    set.used.set(&w, n);
    set.fill.set(&w, n);
    Ok(())
}

/// Notes the hash of a frozenset.
fn remember_hash(t: &mut Thread, set: Ref<Set>, hash: u64) {
    let w = t.write(set);
    set.hash.set(&w, hash);
}
