//! When values move into [granules](crate::builtins::granule).
//!
//! The word [`Dict::contention`] counts how often a thread that was about to replace a value had to take the dict from others.
//! After [`LIMIT`] times, or if the dict is one that threads keep [taking from each other](pystm_stm::free), the value itself is moved once
//! the dict has been taken.
//!
//! The count and [`PRESSED`] are hints: threads that have the right to read only set them, too, and what is lost of them when several do
//! so at the same time, or a transaction is undone, does no harm. So are the bits from 36 on, which are of [`stripes`](crate::builtins::stripes). [`DIVIDED`] is none: a copy made without it would share granules. It is
//! set with the right to write, by a logged store, as the granule itself is. So it is never lost: who counts has the right to read from the look
//! at the word to the store, and nobody has the right to write meanwhile.

use pystm_stm::{
    Writer, free,
    stress::{self, Mode},
};

use super::Dict;
use crate::{
    builtins::granule::{self, Held},
    object::Ref,
    thread::Thread,
    value::Value,
};

/// Nobody contends for the dict.
pub(super) const CALM: u64 = 0;
/// Of a dict whose values never move.
const WHOLE: u64 = u64::MAX;
/// The next value that is replaced moves.
const PRESSED: u64 = 1 << 32;
/// There may be granules.
const DIVIDED: u64 = 1 << 33;
/// So often a thread may take the dict for a store before values move.
const LIMIT: u64 = 4;

impl Dict {
    /// Whether a value that is replaced stays where it is.
    #[inline(always)]
    pub(super) fn is_calm(&self) -> bool {
        self.contention.get() & PRESSED == 0 || self.is_whole()
    }

    /// Whether values may be in granules.
    #[inline]
    pub fn is_divided(&self) -> bool {
        self.contention.get() & DIVIDED != 0 && !self.is_whole()
    }

    /// Whether values never move.
    #[inline(always)]
    pub(super) fn is_whole(&self) -> bool {
        self.contention.get() == WHOLE
    }

    /// From here on values may be in granules.
    pub(super) fn note_divided(&self, w: &Writer<'_>) {
        self.contention.set(w, self.contention.get() & !PRESSED | DIVIDED);
    }

    /// A thread that may read the dict takes it to replace a value. There is no safepoint in here.
    fn note_contention(&self, disputed: bool) {
        let contention = self.contention.get();
        if (contention as u32 as u64) < LIMIT && !disputed {
            self.contention.cache(contention + 1);
            return;
        }
        self.contention.cache(contention | PRESSED);
        // What inline caches know of the dict would lead past the move. It is always right to know nothing.
        self.keys_version.cache(0);
    }
}

/// Has the values of a dict that nobody else has seen never move: what depends on a class notes its namespace as a whole.
pub fn keep_whole(dict: Ref<Dict>) {
    dict.contention.init(WHOLE);
}

/// What to store for the value of a new key.
#[inline]
pub(super) fn hold(t: &mut Thread, dict: Ref<Dict>, value: Value) -> Held {
    if stress::is_on(Mode::Granules) && !dict.is_whole() {
        return hold_apart(t, dict, value);
    }
    Held::plain(value)
}

#[cold]
#[inline(never)]
fn hold_apart(t: &mut Thread, dict: Ref<Dict>, value: Value) -> Held {
    let w = t.write(dict);
    dict.note_divided(&w);
    granule::new(t, value).into()
}

/// Replaces the value of an entry of a dict that must be taken from other threads, or has just been. False if it has been taken
/// now: the entry must be found again.
#[cold]
#[inline(never)]
pub(super) fn replace(t: &mut Thread, dict: Ref<Dict>, entry: usize, value: Value) -> bool {
    let (disputed, holds) = (free::is_disputed(dict.object()), t.holds(dict));
    if !dict.is_whole() && (disputed || !holds) {
        dict.note_contention(disputed);
    }
    if !holds {
        t.acquire(dict);
        return false;
    }
    let granule = if dict.is_calm() { None } else { Some(granule::new(t, value)) };
    let w = t.write(dict);
    let Some(table) = dict.table() else { return false };
    match (table.held(entry).granule(), granule) {
        // Others were faster.
        (Some(granule), _) => {
            let w = t.write(granule);
            granule.set(&w, value);
        }
        (None, Some(granule)) => {
            table.place(entry).set(&w, granule.into());
            dict.keys_version.set(&w, 0);
            dict.note_divided(&w);
        }
        (None, None) => table.place(entry).set(&w, Held::plain(value)),
    }
    true
}

/// Puts the values of a dict that nobody else has seen back into their places.
#[cold]
pub(super) fn unite(t: &mut Thread, dict: Ref<Dict>) {
    let w = t.write(dict);
    let Some(table) = dict.table() else { return };
    for e in 0..table.fill() {
        let held = table.held(e);
        if held.granule().is_some() {
            // Made by this thread as well: it need not wait.
            table.place(e).set(&w, Held::plain(held.value()));
        }
    }
}
