//! Sets in stripes.
//!
//! As [`stripes`](crate::builtins::stripes) says. The stripes are sets. Who asks for an item needs the right to read the set, which is
//! never written meanwhile, and its stripe; who adds or removes one, the right to write the stripe; who wants the number of items,
//! the right to read all stripes.
//!
//! Only the operations here know of stripes, and only with items that are compared without Python code. Everything else has a divided
//! set put together first ([`unite`]); from then on it stays whole.

use pystm_gc::{Marker, Object};
use pystm_stm::{
    Word, free, gate,
    peer::Ask,
    stress::{self, Mode},
};

use super::{Set, add_distinct, add_hashed, body, contains_hashed, new, remove_hashed};
use crate::{
    builtins::{
        array::Array,
        granule::Held,
        spine::{self, place, waits},
        stripes::{self, FEWEST, FIRST, STRIPES, is_simple, is_turn, part_at, stripe_of},
    },
    error::PyResult,
    kind::Kind,
    object::Ref,
    thread::{self, Thread},
    value::Value,
};

/// Whether the items of a set stand in stripes.
#[inline(always)]
pub fn is_divided(set: Ref<Set>) -> bool {
    spine::is_divided(set.object())
}

/// Marks what a set refers to, if it is divided.
///
/// # Safety
/// Only from the trace function of sets.
pub(super) unsafe fn trace(set: &Set, object: *const Object, marker: &mut Marker) -> bool {
    // SAFETY: (whole body) the caller vouches for the set.
    unsafe {
        let divided = spine::is_divided(&*object);
        if divided {
            let spine = set.spine();
            marker.mark_part(spine.as_ptr() as *mut Object);
            (FIRST..spine.capacity()).for_each(|at| place(spine, at).trace(marker));
        }
        divided
    }
}

impl Set {
    /// What leads to the stripes of a divided set.
    ///
    /// # Safety
    /// The set must be divided, and the thread have the right to read it, or be a collector's.
    unsafe fn spine(&self) -> Ref<Array> {
        // SAFETY: the slot holds the spine.
        unsafe { Ref::from_ptr(self.table.get().object_unchecked()) }
    }
}

/// The spine, once the thread has the right to read the set; `None` if the set is whole.
#[inline(always)]
fn open(t: &mut Thread, set: Ref<Set>) -> Option<Ref<Array>> {
    // SAFETY: it is divided, and may be read.
    spine::opens(t, set.object(), Ask::Read).then(|| unsafe { set.peek().spine() })
}

/// Whether the item is in the set; `None` if that is whole.
pub(super) fn contains(t: &mut Thread, set: Ref<Set>, item: Value, hash: u64) -> PyResult<Option<bool>> {
    if is_turn(t) {
        note_turn(t, set);
    }
    while let Some(spine) = open(t, set) {
        let stripe: Ref<Set> = stripe_of(spine, hash);
        if !waits(t, stripe.object(), Ask::Read) {
            return contains_hashed(t, stripe, item, hash).map(Some);
        }
    }
    Ok(None)
}

/// Notes a turn of a thread that uses a divided set.
#[cold]
#[inline(never)]
fn note_turn(t: &mut Thread, set: Ref<Set>) {
    let Some(spine) = open(t, set) else { return };
    if stripes::is_at_rest(spine) {
        // See the same place in `list/divide.rs`.
        t.hold(set);
        if put_together(t, set) {
            stripes::note_rest(&set.contention);
        }
    }
}

/// Number of items.
#[cold]
pub(super) fn len(t: &mut Thread, set: Ref<Set>) -> usize {
    while let Some(spine) = open(t, set) {
        if may_read_all(t, spine) {
            return (FIRST..spine.capacity()).map(|at| part_at::<Set>(spine, at).len()).sum();
        }
    }
    set.len()
}

/// Whether the thread has the right to read all stripes: who waits for one may lose another.
fn may_read_all(t: &mut Thread, spine: Ref<Array>) -> bool {
    let mut waited = false;
    for at in FIRST..spine.capacity() {
        waited |= waits(t, part_at::<Set>(spine, at).object(), Ask::Read);
    }
    !waited
}

/// Adds an item, or removes it, and whether it was there; `None` if the set is whole.
pub(super) fn change(
    t: &mut Thread,
    set: Ref<Set>,
    item: Value,
    hash: u64,
    add: bool,
) -> PyResult<Option<bool>> {
    if !is_simple(item) {
        unite(t, set);
    }
    while let Some(there) = contains(t, set, item, hash)? {
        if there == add {
            return Ok(Some(there));
        }
        let Some(spine) = open(t, set) else { break };
        let stripe: Ref<Set> = stripe_of(spine, hash);
        if waits(t, stripe.object(), Ask::Write) {
            continue;
        }
        stripes::note_key(spine);
        if add {
            add_hashed(t, stripe, item, hash)?;
        } else {
            remove_hashed(t, stripe, item, hash)?;
        }
        return Ok(Some(there));
    }
    Ok(None)
}

/// Whether a set to which an item is about to be added, or from which one is about to be removed, had better be divided.
#[inline(always)]
pub(super) fn is_worth_dividing(t: &Thread, set: Ref<Set>) -> bool {
    (stress::is_on(Mode::Granules) || free::is_worth_dividing(set.object())) && may_be_divided(t, set)
}

#[cold]
#[inline(never)]
fn may_be_divided(t: &Thread, set: Ref<Set>) -> bool {
    let fewest = if stress::is_on(Mode::Granules) { 1 } else { FEWEST };
    stripes::may_be_divided(t, set.object())
        && set.object().header.shape() == Kind::Set.shape()
        && set.len() >= fewest
        && (stress::is_on(Mode::Granules) || stripes::note_change(&set.contention))
}

/// Takes a set that is worth it from others, and divides it. The instruction begins anew after that: it may have read the set before.
#[cold]
#[inline(never)]
pub(super) fn divide(t: &mut Thread, set: Ref<Set>) {
    t.hold(set);
    if !is_divided(set) && !gate::is_dirty() && free::may_be_divided(set.object()) {
        move_to_stripes(t, set);
    }
    spine::begin_anew();
}

fn new_stripe(t: &mut Thread) -> Ref<Set> {
    // SAFETY: the kind has this body; all of it is initialised.
    unsafe {
        t.alloc_bytes::<Set>(Kind::SetStripe.shape(), size_of::<Set>(), |p| thread::keep_header(p, body))
    }
}

fn move_to_stripes(t: &mut Thread, set: Ref<Set>) {
    let mut position = 0;
    while let Some((at, item, _)) = set.entry_from(position) {
        position = at + 1;
        if !is_simple(item) {
            return free::keep_whole(set.object());
        }
    }
    let mut parts = t.vec();
    let spine = spine::new(t, FIRST + STRIPES);
    stripes::begin(spine);
    for at in FIRST..spine.capacity() {
        let part = new_stripe(t);
        parts.push(Value::from_object(part.object()));
        spine.raw(at).init(Held::holding(part.object()).to_word());
    }
    position = 0;
    while let Some((at, item, hash)) = set.entry_from(position) {
        position = at + 1;
        put(t, stripe_of(spine, hash), item, hash);
    }
    for part in parts.iter() {
        t.publish(*part);
    }
    t.publish(spine.value());
    // SAFETY: the set is live and this thread's.
    let w = unsafe { t.own.rearrange(&mut t.mutator, set.object(), true) };
    // SAFETY: this thread's, whatever the header says.
    unsafe { set.peek() }.table.set(&w, spine.value());
    free::note_divided(set.object());
}

/// Adds an item that is not there to a set that nobody else has seen.
fn put(t: &mut Thread, set: Ref<Set>, item: Value, hash: u64) {
    if add_distinct(t, set, item, hash).is_err() {
        thread::out_of_memory();
    }
}

/// Puts the items of a set back into one table, where they stay.
#[cold]
#[inline(never)]
pub fn unite(t: &mut Thread, set: Ref<Set>) {
    if put_together(t, set) {
        free::keep_whole(set.object());
    }
}

/// Whether the set has been divided until now.
fn put_together(t: &mut Thread, set: Ref<Set>) -> bool {
    while spine::opens(t, set.object(), Ask::Write) {
        // SAFETY: the set is divided and this thread's.
        let spine = unsafe { set.peek().spine() };
        if !may_read_all(t, spine) {
            continue;
        }
        let fresh = new(t);
        for at in FIRST..spine.capacity() {
            let stripe: Ref<Set> = part_at(spine, at);
            let mut position = 0;
            while let Some((at, item, hash)) = stripe.entry_from(position) {
                position = at + 1;
                put(t, fresh, item, hash);
            }
        }
        let (used, table) = (fresh.used.get(), fresh.table.get());
        // SAFETY: the set is live and this thread's.
        let w = unsafe { t.own.rearrange(&mut t.mutator, set.object(), false) };
        // SAFETY: as above.
        let body = unsafe { set.peek() };
        body.used.set(&w, used);
        body.fill.set(&w, used);
        body.finger.set(&w, 0);
        body.table.set(&w, table);
        return true;
    }
    false
}
