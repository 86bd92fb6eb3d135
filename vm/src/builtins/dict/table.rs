//! The table of a dict: a buffer with entries in the order of insertion and, behind them, the indices that lead to them.

use pystm_stm::{Slot, Writer};

use crate::{
    builtins::{array::Array, granule::Held},
    object::Ref,
    value::Value,
};

// Words of the table.
/// Binary logarithm of the number of indices; from bit 32 on, how many of the first entries are known to be deleted.
pub(super) const INDEX_BITS: usize = 0;
pub(super) const CAPACITY: usize = 1;
/// Entries in use, deleted ones included; from bit 32 on, how many were in use before some were taken from the end (their
/// indices stay marked as deleted).
pub(super) const FILL: usize = 2;
pub(super) const ENTRIES: usize = 3;
/// Words of an entry.
pub(super) const ENTRY: usize = 3;

pub(super) const EMPTY: u32 = u32::MAX;
pub(super) const DELETED: u32 = u32::MAX - 1;

/// View of a table.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Table(pub(super) Ref<Array>);

impl Table {
    /// The first index for this hash that has never been used.
    #[inline]
    pub(super) fn first_empty(self, hash: u64) -> usize {
        let mask = self.mask();
        let mut perturb = hash;
        let mut i = hash as usize & mask;
        while self.index(i) != EMPTY {
            perturb >>= 5;
            i = (i * 5 + perturb as usize + 1) & mask;
        }
        i
    }

    pub(super) fn capacity(self) -> usize {
        self.0.raw(CAPACITY).get() as usize
    }

    #[inline(always)]
    pub(super) fn fill(self) -> usize {
        self.0.raw(FILL).get() as u32 as usize
    }

    /// Whether there is room for another entry: so many indices stay empty that every search comes to an end.
    #[inline(always)]
    pub(super) fn has_room(self) -> bool {
        let fill = self.0.raw(FILL).get();
        (fill as u32 as u64) + (fill >> 32) < self.capacity() as u64
    }

    #[inline(always)]
    pub(super) fn mask(self) -> usize {
        1usize.wrapping_shl(self.0.raw(INDEX_BITS).get() as u32) - 1
    }

    /// The first entry that may be in use.
    #[inline(always)]
    pub(super) fn first(self) -> usize {
        (self.0.raw(INDEX_BITS).get() >> 32) as usize
    }

    pub(super) fn set_first(self, w: &Writer<'_>, first: usize) {
        let bits = self.0.raw(INDEX_BITS).get() as u32;
        self.0.raw(INDEX_BITS).set(w, (first as u64) << 32 | bits as u64);
    }

    pub(super) fn put(self, w: &Writer<'_>, e: usize, key: Value, hash: u64, held: Held) {
        self.0.raw(ENTRIES + e * ENTRY).set(w, hash);
        self.0.slots()[ENTRIES + e * ENTRY + 1].set(w, key);
        self.place(e).set(w, held);
    }

    #[inline(always)]
    pub(super) fn hash(self, e: usize) -> u64 {
        self.0.raw(ENTRIES + e * ENTRY).get()
    }

    #[inline(always)]
    pub(super) fn key(self, e: usize) -> Value {
        Value::from_bits(self.0.raw(ENTRIES + e * ENTRY + 1).get())
    }

    #[inline(always)]
    pub(super) fn held(self, e: usize) -> Held {
        self.place(e).get()
    }

    /// The value of an entry. Waits for its granule, if it has one.
    #[inline(always)]
    pub(super) fn value(self, e: usize) -> Value {
        self.held(e).value()
    }

    #[inline(always)]
    pub(super) fn place(&self, e: usize) -> &Slot<Held> {
        let word: *const Slot<u64> = self.0.raw(ENTRIES + e * ENTRY + 2);
        // SAFETY: both are slots of one word; this one holds nothing else.
        unsafe { &*(word as *const Slot<Held>) }
    }

    /// The first entry in use from `e` on.
    #[inline(always)]
    pub(super) fn used_from(self, e: usize) -> Option<usize> {
        (e..self.fill()).find(|&e| !self.key(e).is_unset())
    }

    /// The last entry in use below `e`.
    pub(super) fn used_before(self, e: usize) -> Option<usize> {
        (0..e.min(self.fill())).rev().find(|&e| !self.key(e).is_unset())
    }

    #[inline(always)]
    pub(super) fn index(self, i: usize) -> u32 {
        let base = ENTRIES + self.capacity() * ENTRY;
        (self.0.raw(base + i / 2).get() >> (i % 2 * 32)) as u32
    }

    pub(super) fn set_index(self, w: &Writer<'_>, i: usize, e: u32) {
        let base = ENTRIES + self.capacity() * ENTRY;
        let slot = self.0.raw(base + i / 2);
        let shift = i % 2 * 32;
        slot.set(w, slot.get() & !(0xffff_ffff << shift) | (e as u64) << shift);
    }
}
