//! What dicts and sets in stripes have in common.
//!
//! Who inserts or removes a key needs the right to write the table, so threads that do so would take it from each other all the
//! time, and their transactions would conflict with all that look anything up. So a dict or set that is contended for in this way is
//! *divided*: its items move into *stripes*, by the hashes of the keys, dicts or sets that Python does not see, each with an owner of
//! its own. A [spine](super::spine) leads to them.
//!
//! A look-up costs a second table then, so what threads contend for often before it is divided, and is put together again when it
//! has got no other keys for a while.

use pystm_stm::{Slot, free, gate};

use super::{array::Array, spine::place, str, tuple::Tuple};
use crate::{kind::Kind, object::Ref, thread::Thread, value::Value};

/// Binary logarithm of the number of stripes.
const BITS: u32 = 6;
/// Number of stripes.
pub const STRIPES: usize = 1 << BITS;
/// Word of a spine: for how many turns no key has been inserted or removed, a hint.
const QUIET: usize = 0;
/// Place of the first stripe in a spine.
pub const FIRST: usize = 1;
/// What has fewer items is not divided.
pub const FEWEST: usize = 64;
/// A thread says after so many uses of what is divided that it uses it.
const TURN: u32 = 256;
/// After so many turns without another key it is put together again.
const QUIET_TURNS: u64 = 32;

/// Of the word that an object keeps about its contention, how often it has been put together for want of other keys: lowest bit and
/// mask.
const REST: u64 = 1 << 36;
const RESTS: u64 = 0xf * REST;
/// How often a thread has inserted or removed a key while others contended for the object, since then: lowest bit and mask.
const CHANGE: u64 = 1 << 40;
const CHANGES: u64 = 0xffff * CHANGE;
/// So often before it is divided, and four times as often after each time it has been put together.
const MANY: u64 = 16;

/// Notes that a thread that may read the object inserts or removes a key while others contend for it, and whether that is often. A
/// hint, as all here: what is lost of it when several threads do so at the same time does no harm.
pub fn note_change(contention: &Slot<u64>) -> bool {
    let word = contention.get();
    let (times, rests) = ((word & CHANGES) / CHANGE + 1, (word & RESTS) / REST);
    let often = times >= MANY << (2 * rests).min(11);
    if !often {
        contention.cache(word & !CHANGES | (times * CHANGE));
    }
    often
}

/// Notes that the object has been put together for want of other keys.
pub fn note_rest(contention: &Slot<u64>) {
    let word = contention.get();
    let rests = ((word & RESTS) / REST + 1).min(RESTS / REST);
    contention.cache(word & !(CHANGES | RESTS) | (rests * REST));
}

/// Whether nothing speaks against dividing an object, as far as it is not one of its kind's own reasons.
pub fn may_be_divided(t: &Thread, object: &pystm_gc::Object) -> bool {
    // An operation that has done something already cannot begin anew, and one that does makes its own objects anew.
    free::may_be_divided(object) && !gate::is_dirty() && !t.mutator.made_since(object)
}

/// Notes a use of what is divided; every now and then true.
#[inline(always)]
pub fn is_turn(t: &mut Thread) -> bool {
    t.divided_uses = t.divided_uses.wrapping_add(1);
    t.divided_uses.is_multiple_of(TURN)
}

/// Notes a turn, and whether no key has been inserted or removed for many.
pub fn is_at_rest(spine: Ref<Array>) -> bool {
    let turns = spine.raw(QUIET).get();
    if turns < QUIET_TURNS {
        spine.raw(QUIET).cache(turns + 1);
    }
    turns >= QUIET_TURNS
}

/// Notes that a key is inserted or removed.
pub fn note_key(spine: Ref<Array>) {
    spine.raw(QUIET).cache(0);
}

/// Readies a new spine.
pub fn begin(spine: Ref<Array>) {
    spine.raw(QUIET).init(0);
}

/// The stripe for a hash. Its own table goes by the low bits, in which many hashes differ least.
#[inline]
pub fn stripe_of<T>(spine: Ref<Array>, hash: u64) -> Ref<T> {
    let mixed = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    part_at(spine, FIRST + (mixed >> (u64::BITS - BITS)) as usize)
}

/// What a place of a spine leads to, from [`FIRST`] on.
#[inline]
pub fn part_at<T>(spine: Ref<Array>, at: usize) -> Ref<T> {
    let object = place(spine, at).object().unwrap_or_else(|| unreachable!("a spine leads to stripes"));
    // SAFETY: all these words of a spine lead to objects with the body.
    unsafe { Ref::from_ptr(object) }
}

/// Whether keys of this kind are compared, with each other and in tuples of them, without Python code.
pub fn is_simple(key: Value) -> bool {
    let Some(object) = key.object() else { return true };
    let shape = object.header.shape();
    str::is_exact(key)
        || [Kind::Int, Kind::Float, Kind::Bytes].iter().any(|kind| shape == kind.shape())
        || shape == Kind::Tuple.shape() && is_tuple_of_simple(key)
}

fn is_tuple_of_simple(key: Value) -> bool {
    let items = Ref::<Tuple>::known(key);
    items.len() <= 8
        && items.items().iter().all(|item| {
            let item = item.get();
            item.object().is_none_or(|o| o.header.shape() != Kind::Tuple.shape()) && is_simple(item)
        })
}
