//! Spines: what leads to the contents of an object that stand in objects of their own, because threads contend for it.
//!
//! Such an object carries the flag [`DIVIDED`], so everything that does not know of that finds it closed, as if another thread had it, and
//! has it put together first. Who knows of it has the right to read it, which is never written meanwhile, and gets the parts that it
//! needs. The spine stands in the place of the object's buffer; it is no one's.

use pystm_gc::Object;
use pystm_stm::{
    Restart, Word,
    access::{Claim, DIVIDED},
    gate,
    peer::Ask,
};

use super::{
    array::{self, Array},
    granule::Held,
};
use crate::{
    object::Ref,
    thread::{self, Thread},
};

/// Whether the contents of an object stand in objects of their own.
#[inline(always)]
pub fn is_divided(object: &Object) -> bool {
    object.header.load() & DIVIDED != 0
}

/// A new spine; its words lead nowhere.
pub fn new(t: &mut Thread, words: usize) -> Ref<Array> {
    array::new(t, words, Held::UNSET.to_word()).unwrap_or_else(|_| thread::out_of_memory())
}

/// What stands at a place of a spine.
#[inline(always)]
pub fn place(spine: Ref<Array>, at: usize) -> Held {
    Held::from_word(spine.raw(at).get())
}

/// Gets a right, and whether other threads had to be asked for it: then all others may be lost.
#[inline]
pub fn waits(t: &mut Thread, object: &Object, ask: Ask) -> bool {
    // SAFETY: references lead to live objects.
    unsafe {
        let waits = t.own.claim(&mut t.mutator, object, ask) == Claim::Wait;
        if waits {
            t.own.wait_inside(&mut t.mutator, object, ask);
        }
        waits
    }
}

/// Whether the object is divided; then the thread has the right to read or write it.
#[inline(always)]
pub fn opens(t: &mut Thread, object: &Object, ask: Ask) -> bool {
    while is_divided(object) {
        // As long as it was nobody's, another thread could put it together.
        if !waits(t, object, ask) && is_divided(object) {
            return true;
        }
    }
    false
}

/// Has the running instruction, which has divided an object and may have read it before, begin anew if it can.
pub fn begin_anew() {
    if !gate::is_dirty() {
        std::panic::resume_unwind(Box::new(Restart));
    }
}
