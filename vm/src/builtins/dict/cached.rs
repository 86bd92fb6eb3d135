//! What inline caches know of dicts: words of `version of the keys:32 | place:32`.
//!
//! Versions are never used again, so what a word says is true as long as the dict has the version: also that the value of a
//! key is in its granule, or that it is not. Where it goes is tested by its sign: a place is the number of the entry plus
//! one.

use pystm_stm::{Ownership, Slot, free};

use super::{Dict, ENTRIES, ENTRY, Found, attached, find};
use crate::{
    builtins::{
        array::Array,
        granule::{Granule, Held},
        str::Str,
    },
    object::Ref,
    thread::Thread,
    value::Value,
};

/// Place of a key that is not in the dict.
const ABSENT: u32 = u32::MAX;
/// Bit of a place: the value is in a granule.
const IN_GRANULE: u32 = 1 << 31;

/// Whether the word says that the key is not in the dict.
#[inline(always)]
pub fn is_absent(word: u64) -> bool {
    word as u32 == ABSENT
}

/// Whether the word leads to a value that is in no granule.
#[inline(always)]
fn is_plain(word: u64) -> bool {
    word as i32 > 0
}

/// Whether the word leads to a granule.
#[inline(always)]
fn is_in_granule(word: u64) -> bool {
    (word as i32) < 0 && !is_absent(word)
}

/// What the word leads to.
///
/// # Safety
/// The dict must have the version of the word, which must lead to a value, and the thread the right to read the dict.
#[inline(always)]
unsafe fn place(dict: &Dict, word: u64) -> &Slot<Held> {
    let entry = (word as u32 & !IN_GRANULE) as usize - 1;
    // SAFETY: the dict has had an entry of that number since, so it has a table with it.
    unsafe {
        let table: Ref<Array> = Ref::from_ptr(dict.table.get().object_unchecked());
        let slot: *const Slot<u64> = table.raw(ENTRIES + entry * ENTRY + 2);
        &*(slot as *const Slot<Held>)
    }
}

/// The value that a word leads to; `None` also if the thread may not read it now.
///
/// # Safety
/// The word must have been made by [`track_keys`] for some dict, or be 0.
#[inline(always)]
pub unsafe fn load(own: &Ownership, dict: Ref<Dict>, word: u64) -> Option<Value> {
    // SAFETY: see above; what is peeked at may be read.
    unsafe {
        if !own.may_read(dict.object()) || dict.peek().keys_version.get() != word >> 32 {
            return None;
        }
        if is_plain(word) {
            return Some(place(dict.peek(), word).get().in_place());
        }
        if is_in_granule(word) { place(dict.peek(), word).get().value_now(own) } else { None }
    }
}

/// Whether the dict has the version of a word that says that the key is not there, and the thread may know.
///
/// # Safety
/// As for [`load`].
#[inline(always)]
pub unsafe fn is_still_absent(own: &Ownership, dict: Ref<Dict>, word: u64) -> bool {
    // SAFETY: as above.
    is_absent(word) && own.may_read(dict.object()) && unsafe { dict.peek() }.keys_version.get() == word >> 32
}

/// The granule that a word leads to, if the thread may know.
///
/// # Safety
/// As for [`load`].
#[inline(always)]
pub unsafe fn granule(own: &Ownership, dict: Ref<Dict>, word: u64) -> Option<Ref<Granule>> {
    // SAFETY: as above.
    unsafe {
        let known = is_in_granule(word)
            && own.may_read(dict.object())
            && dict.peek().keys_version.get() == word >> 32;
        if known { place(dict.peek(), word).get().granule() } else { None }
    }
}

/// Stores where a word leads to; `None` if something must be done before.
///
/// # Safety
/// As for [`load`].
#[inline(always)]
pub unsafe fn store(own: &mut Ownership, dict: Ref<Dict>, word: u64, value: Value) -> Option<()> {
    // SAFETY: as above; who may write may read.
    unsafe {
        if is_plain(word) {
            let w = own.quick_writer(dict.object())?;
            if dict.peek().keys_version.get() != word >> 32 {
                return None;
            }
            place(dict.peek(), word).set(&w, Held::plain(value));
            return Some(());
        }
        let granule = granule(own, dict, word)?;
        let w = own.quick_writer(granule.object())?;
        granule.peek().set(&w, value);
        Some(())
    }
}

/// What there is under a key (an exact str), and a word for inline caches, 0 if there can be none.
pub fn track_keys(t: &mut Thread, dict: Ref<Dict>, key: Value) -> (u64, Option<Held>) {
    attached::detach(t, dict);
    let mut version = dict.keys_version.get();
    if version == 0 {
        version = t.rt.fresh_version() as u64;
        free::exempt(dict.object());
        // Without the right to write: the thread may read until its next safepoint, so nobody changes the keys; the tag of
        // another reader would be as good; and what a transaction puts back when it is undone is the tag of that state.
        dict.keys_version.cache(version);
    }
    let hash = Ref::<Str>::known(key).hash(t);
    let entry = match find(t, dict, key, hash) {
        Ok(Some(Found::Entry { entry, .. })) => Some(entry),
        Ok(_) => None,
        Err(raised) => {
            t.take_exception(raised);
            None
        }
    };
    let held = entry.and_then(|entry| Some((entry, dict.table()?.held(entry))));
    let place = match held {
        None => ABSENT,
        Some((entry, _)) if entry as u32 as usize >= IN_GRANULE as usize - 2 => 0,
        Some((entry, held)) if held.granule().is_some() => (entry as u32 + 1) | IN_GRANULE,
        Some((entry, _)) => entry as u32 + 1,
    };
    // Comparing keys may have changed them.
    let known = version != 0 && place != 0 && dict.keys_version.get() == version;
    (if known { version << 32 | place as u64 } else { 0 }, held.map(|(_, held)| held))
}
