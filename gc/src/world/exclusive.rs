//! One thread runs while all others stand still: for what is so rare that it is not worth a rule of its own.
//!
//! Other than in a stopped world the thread goes on with its program: it may collect, and take the others as ever. They stand
//! between two operations or where they wait in the middle of one, never in an allocation; who comes back from a wait rests
//! again ([`Seat::at_rest`]).

use std::{
    ptr,
    sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release},
    time::Duration,
};

use super::{POLL_STOP, RESUMED, Rest, Seat, for_each_seat, pause};
use crate::sync::{self, AtomicPtr, Instant};

/// The seat of the exclusive thread, or null.
static EXCLUSIVE: AtomicPtr<Seat> = AtomicPtr::new(ptr::null_mut());

/// No thread is: for another execution of a model.
#[cfg(feature = "model")]
pub(super) fn forget() {
    EXCLUSIVE.store(ptr::null_mut(), Relaxed);
}

/// The other threads, which stand still, never run again.
pub(super) fn bereave(seat: &Seat) {
    if is_other(seat) {
        // Relaxed: nobody else looks.
        EXCLUSIVE.store(ptr::null_mut(), Relaxed);
    }
}

/// Whether this thread is exclusive, or about to be.
pub fn is(seat: &Seat) -> bool {
    // Relaxed: only the thread itself changes that, and others look when they have taken it or it has taken them.
    ptr::eq(EXCLUSIVE.load(Relaxed), seat)
}

/// Whether another thread than this one is exclusive.
pub(super) fn is_other(seat: &Seat) -> bool {
    // Acquire: pairs with the AcqRel of `begin` and the Release of `end`. A thread that has been seen at rest since `begin` finds the
    // seat when it comes back, for the status that it changes then has been changed by who saw it.
    let exclusive = EXCLUSIVE.load(Acquire);
    !exclusive.is_null() && !ptr::eq(exclusive, seat)
}

/// Waits, at rest, until no other thread is exclusive; how long that was.
pub(super) fn wait(seat: &Seat) -> Duration {
    let begun = Instant::now();
    let (lock, told) = &RESUMED;
    let mut guard = lock.lock();
    while is_other(seat) {
        guard = told.wait(guard);
    }
    begun.elapsed()
}

/// All other threads stand still until [`end`]. That is a safepoint while another thread is exclusive.
pub fn begin(seat: &'static Seat) {
    let me: *const Seat = seat;
    // AcqRel: pairs with the Acquire of `is_other`. Relaxed: `pause` looks again.
    while EXCLUSIVE.compare_exchange(ptr::null_mut(), me.cast_mut(), AcqRel, Relaxed).is_err() {
        pause(seat, Rest::Open);
    }
    let mut waiting = Vec::new();
    for_each_seat(|other| {
        if !ptr::eq(other, seat) {
            other.signal(POLL_STOP);
            waiting.push(other);
        }
    });
    let mut rounds = 0;
    loop {
        // One without a nursery has ended.
        waiting.retain(|s| !s.mutator().is_null() && s.try_take(Rest::Frozen).or_else(|| s.hung()).is_none());
        if waiting.is_empty() {
            return;
        }
        // Who is in the middle of an allocation may collect first.
        pause(seat, Rest::Frozen);
        sync::back_off(&mut rounds);
    }
}

/// All threads go on.
pub fn end() {
    // Release: pairs with the Acquire of `is_other`.
    EXCLUSIVE.store(ptr::null_mut(), Release);
    let (lock, told) = &RESUMED;
    drop(lock.lock());
    told.notify_all();
}
