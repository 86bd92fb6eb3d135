//! Dicts in stripes.
//!
//! As [`stripes`](crate::builtins::stripes) says. The stripes are dicts; another one, the *order*, has the keys alone, in the order of
//! insertion.
//!
//! Who looks a key up needs the right to read the dict, which is never written meanwhile, and its stripe; who replaces a value, the right
//! to write the stripe, or the value's granule; who inserts or removes a key, the right to write the stripe and the order; who wants
//! the length, the right to read the order.
//!
//! Only the operations here know of stripes, and only with keys that are compared without Python code. Everything else has a divided
//! dict put together first ([`unite`]); from then on it stays whole.

use pystm_gc::{Marker, Object};
use pystm_stm::{
    Word, free, gate,
    peer::Ask,
    stress::{self, Mode},
};

use super::{
    Dict, get_held_hashed, grow, insert_after_rebuild, is_exact, new, remove_hashed, reserve, set_hashed,
};
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

/// Place of the order in a spine, behind the stripes.
const ORDER: usize = FIRST + STRIPES;

/// Whether the items of a dict stand in stripes.
#[inline(always)]
pub fn is_divided(dict: Ref<Dict>) -> bool {
    spine::is_divided(dict.object())
}

/// Marks what a dict refers to, if it is divided.
///
/// # Safety
/// Only from the trace function of dicts.
pub(super) unsafe fn trace(dict: &Dict, object: *const Object, marker: &mut Marker) -> bool {
    // SAFETY: (whole body) the caller vouches for the dict.
    unsafe {
        let divided = spine::is_divided(&*object);
        if divided {
            let spine = dict.spine();
            marker.mark_part(spine.as_ptr() as *mut Object);
            (FIRST..=ORDER).for_each(|at| place(spine, at).trace(marker));
        }
        divided
    }
}

impl Dict {
    /// What leads to the stripes of a divided dict.
    ///
    /// # Safety
    /// The dict must be divided, and the thread have the right to read it, or be a collector's.
    unsafe fn spine(&self) -> Ref<Array> {
        // SAFETY: the slot holds the spine.
        unsafe { Ref::from_ptr(self.table.get().object_unchecked()) }
    }
}

/// The spine, once the thread has the right to read the dict; `None` if the dict is whole.
#[inline(always)]
fn open(t: &mut Thread, dict: Ref<Dict>) -> Option<Ref<Array>> {
    // SAFETY: it is divided, and may be read.
    spine::opens(t, dict.object(), Ask::Read).then(|| unsafe { dict.peek().spine() })
}

fn order_of(spine: Ref<Array>) -> Ref<Dict> {
    part_at(spine, ORDER)
}

/// What is held under a key, or nothing; `None` if the dict is whole.
pub(super) fn get(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64) -> PyResult<Option<Option<Held>>> {
    if is_turn(t) {
        note_turn(t, dict);
    }
    while let Some(spine) = open(t, dict) {
        let stripe: Ref<Dict> = stripe_of(spine, hash);
        if !waits(t, stripe.object(), Ask::Read) {
            return get_held_hashed(t, stripe, key, hash).map(Some);
        }
    }
    Ok(None)
}

/// Notes a turn of a thread that uses a divided dict.
#[cold]
#[inline(never)]
fn note_turn(t: &mut Thread, dict: Ref<Dict>) {
    let Some(spine) = open(t, dict) else { return };
    if stripes::is_at_rest(spine) {
        // See the same place in `list/divide.rs`.
        t.hold(dict);
        if put_together(t, dict) {
            stripes::note_rest(&dict.contention);
        }
    }
}

/// Number of items.
#[cold]
pub(super) fn len(t: &mut Thread, dict: Ref<Dict>) -> usize {
    while let Some(spine) = open(t, dict) {
        let order = order_of(spine);
        if !waits(t, order.object(), Ask::Read) {
            return order.len();
        }
    }
    dict.len()
}

/// Whether the dict is still divided after another key than a simple one has been met: then it no longer is.
fn goes_by(t: &mut Thread, dict: Ref<Dict>, key: Value) -> bool {
    let simple = is_simple(key);
    if !simple {
        unite(t, dict);
    }
    simple
}

/// Inserts or replaces. Whether it has: otherwise the dict is whole.
pub(super) fn set(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64, value: Value) -> PyResult<bool> {
    while goes_by(t, dict, key)
        && let Some(held) = get(t, dict, key, hash)?
    {
        let Some(spine) = open(t, dict) else { break };
        let (stripe, order) = (stripe_of::<Dict>(spine, hash), order_of(spine));
        let granule = held.and_then(Held::granule);
        if granule.is_none() && waits(t, stripe.object(), Ask::Write) {
            continue;
        }
        if held.is_some() {
            set_hashed(t, stripe, key, hash, value)?;
            return Ok(true);
        }
        if waits(t, order.object(), Ask::Write) {
            continue;
        }
        stripes::note_key(spine);
        insert(t, stripe, order, key, hash, value)?;
        return Ok(true);
    }
    Ok(false)
}

/// Inserts a key that is not there. Both are this thread's to write.
fn insert(
    t: &mut Thread,
    stripe: Ref<Dict>,
    order: Ref<Dict>,
    key: Value,
    hash: u64,
    value: Value,
) -> PyResult<()> {
    set_hashed(t, order, key, hash, Value::NONE)?;
    let inserted = set_hashed(t, stripe, key, hash, value);
    if inserted.is_err() {
        remove_hashed(t, order, key, hash)?;
    }
    inserted
}

/// The value of a key, which becomes `default` if it is not there; `None` if the dict is whole.
pub(super) fn setdefault(
    t: &mut Thread,
    dict: Ref<Dict>,
    key: Value,
    hash: u64,
    default: Value,
) -> PyResult<Option<Value>> {
    while goes_by(t, dict, key)
        && let Some(found) = get(t, dict, key, hash)?
    {
        if let Some(held) = found {
            return Ok(Some(held.value()));
        }
        let Some(spine) = open(t, dict) else { break };
        let (stripe, order) = (stripe_of::<Dict>(spine, hash), order_of(spine));
        // Whoever waits for one may lose the other, and find the key there.
        if !waits(t, stripe.object(), Ask::Write) && !waits(t, order.object(), Ask::Write) {
            stripes::note_key(spine);
            insert(t, stripe, order, key, hash, default)?;
            return Ok(Some(default));
        }
    }
    Ok(None)
}

/// Removes a key: its value, or nothing if it was not there; `None` if the dict is whole.
pub(super) fn remove(
    t: &mut Thread,
    dict: Ref<Dict>,
    key: Value,
    hash: u64,
) -> PyResult<Option<Option<Value>>> {
    while goes_by(t, dict, key)
        && let Some(found) = get(t, dict, key, hash)?
    {
        let Some(held) = found else { return Ok(Some(None)) };
        let Some(spine) = open(t, dict) else { break };
        let (stripe, order) = (stripe_of::<Dict>(spine, hash), order_of(spine));
        if waits(t, stripe.object(), Ask::Write)
            || waits(t, order.object(), Ask::Write)
            || held.granule().is_some_and(|granule| waits(t, granule.object(), Ask::Read))
        {
            continue;
        }
        stripes::note_key(spine);
        let value = remove_hashed(t, stripe, key, hash)?;
        remove_hashed(t, order, key, hash)?;
        return Ok(Some(value));
    }
    Ok(None)
}

/// Whether a dict into which a key is about to be inserted, or from which one is about to be removed, had better be divided.
#[inline(always)]
pub(super) fn is_worth_dividing(t: &Thread, dict: Ref<Dict>) -> bool {
    (stress::is_on(Mode::Granules) || free::is_worth_dividing(dict.object())) && may_be_divided(t, dict)
}

#[cold]
#[inline(never)]
fn may_be_divided(t: &Thread, dict: Ref<Dict>) -> bool {
    let fewest = if stress::is_on(Mode::Granules) { 1 } else { FEWEST };
    stripes::may_be_divided(t, dict.object())
        && is_exact(dict.value())
        && dict.owner().is_none()
        && !dict.is_whole()
        && dict.len() >= fewest
        && (stress::is_on(Mode::Granules) || stripes::note_change(&dict.contention))
}

/// Takes a dict that is worth it from others, and divides it. The instruction begins anew after that: it may have read the dict before.
#[cold]
#[inline(never)]
pub(super) fn divide(t: &mut Thread, dict: Ref<Dict>) {
    t.hold(dict);
    if !is_divided(dict) && !gate::is_dirty() && free::may_be_divided(dict.object()) {
        move_to_stripes(t, dict);
    }
    spine::begin_anew();
}

fn new_stripe(t: &mut Thread) -> Ref<Dict> {
    // SAFETY: the kind has this body; all of it is initialised.
    unsafe {
        t.alloc_bytes::<Dict>(Kind::Stripe.shape(), size_of::<Dict>(), |p| {
            thread::keep_header(p, Dict::empty);
        })
    }
}

fn move_to_stripes(t: &mut Thread, dict: Ref<Dict>) {
    let mut position = 0;
    while let Some((at, key)) = dict.key_from(position) {
        position = at + 1;
        if !is_simple(key) {
            return free::keep_whole(dict.object());
        }
    }
    let mut parts = t.vec();
    let spine = spine::new(t, ORDER + 1);
    stripes::begin(spine);
    for at in FIRST..=ORDER {
        let part = new_stripe(t);
        parts.push(Value::from_object(part.object()));
        spine.raw(at).init(Held::holding(part.object()).to_word());
    }
    let Some(table) = dict.table() else { return };
    for e in 0..table.fill() {
        let (key, hash) = (table.key(e), table.hash(e));
        if !key.is_unset() {
            put(t, order_of(spine), key, hash, Held::plain(Value::NONE));
            put(t, stripe_of(spine, hash), key, hash, table.held(e));
        }
    }
    for part in parts.iter() {
        t.publish(*part);
    }
    t.publish(spine.value());
    // SAFETY: the dict is live and this thread's.
    let w = unsafe { t.own.rearrange(&mut t.mutator, dict.object(), true) };
    // SAFETY: this thread's, whatever the header says.
    let body = unsafe { dict.peek() };
    body.table.set(&w, spine.value());
    body.keys_version.set(&w, 0);
    free::note_divided(dict.object());
}

/// Puts a key that is not there into a dict that nobody else has seen.
fn put(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64, held: Held) {
    while dict.table().is_none() || !insert_after_rebuild(t, dict, key, hash, held) {
        if grow(t, dict, dict.len() + 1).is_err() {
            thread::out_of_memory();
        }
    }
    if held.granule().is_some() {
        let w = t.write(dict);
        dict.note_divided(&w);
    }
}

/// Puts the items of a dict back into one table, where they stay.
#[cold]
#[inline(never)]
pub fn unite(t: &mut Thread, dict: Ref<Dict>) {
    if put_together(t, dict) {
        free::keep_whole(dict.object());
    }
}

/// Whether the dict has been divided until now.
fn put_together(t: &mut Thread, dict: Ref<Dict>) -> bool {
    while spine::opens(t, dict.object(), Ask::Write) {
        // SAFETY: the dict is divided and this thread's.
        let spine = unsafe { dict.peek().spine() };
        // Who waits for one may lose another: all are looked at again then.
        let mut waited = false;
        for at in FIRST..=ORDER {
            waited |= waits(t, part_at::<Dict>(spine, at).object(), Ask::Read);
        }
        if waited {
            continue;
        }
        let fresh = gather(t, spine);
        let (used, table) = (fresh.used.get(), fresh.table.get());
        let granules = fresh.is_divided();
        // SAFETY: the dict is live and this thread's.
        let w = unsafe { t.own.rearrange(&mut t.mutator, dict.object(), false) };
        // SAFETY: as above.
        let body = unsafe { dict.peek() };
        body.used.set(&w, used);
        body.table.set(&w, table);
        body.keys_version.set(&w, 0);
        if granules {
            body.note_divided(&w);
        }
        return true;
    }
    false
}

/// A new dict of the items behind a spine, all of which the thread has the right to read.
fn gather(t: &mut Thread, spine: Ref<Array>) -> Ref<Dict> {
    let (fresh, order) = (new(t), order_of(spine));
    if reserve(t, fresh, order.len()).is_err() {
        thread::out_of_memory();
    }
    let mut position = 0;
    while let Some((at, key)) = order.key_from(position) {
        position = at + 1;
        let hash = order.entry_hash(t, at);
        let Ok(Some(held)) = get_held_hashed(t, stripe_of(spine, hash), key, hash) else {
            unreachable!("a key that has an order is in its stripe")
        };
        put(t, fresh, key, hash, held);
    }
    fresh
}
