//! What reading natives compare headers with: a copy of the running thread's tokens where no thread argument is at hand.

#[cfg(not(feature = "model"))]
use std::cell::Cell;

use pystm_gc::{Object, sync::thread_local};

use crate::{
    access::RIGHTS,
    reads::{Filter, place_of},
    token::SHARED,
};

use crate::ALONE;

/// What a thread does to get the right to read an object, all of which is in its place then.
pub type Cold = unsafe fn(host: *mut (), object: &Object);

/// The running thread and what it does.
type Host = (*mut (), Option<Cold>);

thread_local! {
    static KEY: Cell<u64> = const { Cell::new(0) };
    /// Nothing is compared in a thread without Python state.
    static MASK: Cell<u64> = const { Cell::new(0) };
    /// Something has been done since the instruction began that beginning anew would repeat.
    static DIRTY: Cell<bool> = const { Cell::new(true) };
    /// What the open transaction has read lately of what everybody may read; null without one.
    static READS: Cell<*const Filter> = const { Cell::new(std::ptr::null()) };
    static HOST: Cell<Host> = const { Cell::new((std::ptr::null_mut(), None)) };
}

/// Makes sure that the running thread may read the object until its next safepoint.
#[inline(always)]
pub fn pass(object: &Object) {
    if !is_open(object) {
        wait(object);
    }
}

/// Whether the running thread may read the object.
#[inline(always)]
pub fn is_open(object: &Object) -> bool {
    ALONE || (object.header.load() ^ KEY.get()) & MASK.get() == 0
}

/// What [`pass`] does when it must not let the running thread through.
#[cold]
#[inline(never)]
pub(crate) fn wait(object: &Object) {
    if has_read(object) {
        return;
    }
    if let (host, Some(cold)) = HOST.get() {
        // SAFETY: the host has set both for this thread.
        unsafe { cold(host, object) };
    }
}

/// Whether everybody may read the object and the open transaction has done so lately.
#[inline]
fn has_read(object: &Object) -> bool {
    let address = std::ptr::from_ref(object) as usize;
    // SAFETY: the filter lives as long as the transaction is open.
    object.header.load() & RIGHTS == SHARED.bits()
        && unsafe { READS.get().as_ref() }.is_some_and(|reads| reads[place_of(address)] == address)
}

/// An instruction begins that can begin anew as long as it is not dirty.
#[inline(always)]
pub fn set_clean() {
    if !ALONE {
        DIRTY.set(false);
    }
}

/// Something has been done that beginning the instruction anew would repeat.
#[inline(always)]
pub fn set_dirty() {
    if !ALONE {
        DIRTY.set(true);
    }
}

/// Whether something has been done that beginning the instruction anew would repeat.
pub fn is_dirty() -> bool {
    !ALONE && DIRTY.get()
}

/// Sets what the running thread compares with, and what its open transaction has read.
pub(crate) fn set(key: u64, mask: u64, reads: *const Filter) {
    KEY.set(key);
    MASK.set(mask);
    READS.set(reads);
}

/// Whether the running thread has an open transaction.
#[inline(always)]
pub fn in_transaction() -> bool {
    !ALONE && !READS.get().is_null()
}

/// What was given to [`install`] for the running thread.
pub fn host() -> *mut () {
    HOST.get().0
}

/// Says what the running thread does when it may not read.
pub fn install(host: *mut (), cold: Cold) {
    HOST.set((host, Some(cold)));
}

/// The running thread ends.
pub fn remove() {
    set(0, 0, std::ptr::null());
    HOST.set((std::ptr::null_mut(), None));
}
