//! One thread runs while all others stand still: for what is so rare that it is not worth a rule of its own.
//!
//! Other than in a stopped world the thread goes on with its program: it may collect, and take the others as ever. They stand
//! between two operations or in a system call, and who comes back from there rests again ([`Seat::at_rest`]). Only those that do not
//! come to the end of an operation are stopped in its middle.

use std::{
    ptr,
    sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release},
    time::Duration,
};

use super::{POLL_STOP, RESUMED, Rest, Seat, for_each_seat};
use crate::sync::{self, AtomicBool, AtomicPtr, Instant};

/// The seat of the exclusive thread, or null.
static EXCLUSIVE: AtomicPtr<Seat> = AtomicPtr::new(ptr::null_mut());
/// Threads that are frozen stand still, too.
static FROZEN: AtomicBool = AtomicBool::new(false);

/// For so long others may come to the end of their operations.
const PATIENCE: Duration = Duration::from_millis(2);

/// After this time a thread that stands still calls attention to it, as often.
const LONG: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(100);

/// No thread is exclusive: for another execution of a model.
#[cfg(feature = "model")]
pub(super) fn forget() {
    FROZEN.store(false, Relaxed);
    EXCLUSIVE.store(ptr::null_mut(), Relaxed);
}

/// The other threads, which stand still, never run again.
pub(super) fn bereave(seat: &Seat) {
    if is_other(seat) {
        // Relaxed: (both) nobody else looks.
        FROZEN.store(false, Relaxed);
        EXCLUSIVE.store(ptr::null_mut(), Relaxed);
    }
}

/// Whether this thread is exclusive, or about to be.
pub fn is(seat: &Seat) -> bool {
    // Relaxed: only the thread itself changes that, and others look when they have taken it or it has taken them.
    ptr::eq(EXCLUSIVE.load(Relaxed), seat)
}

/// Whether a thread that rests like that stands still because another one is exclusive.
pub(super) fn stops(seat: &Seat, rest: Rest) -> bool {
    let stops = match rest {
        Rest::Open => true,
        // Relaxed: ordered by the status of a thread that has been taken in its rest.
        Rest::Frozen => FROZEN.load(Relaxed),
        Rest::Paused => false,
    };
    stops && is_other(seat)
}

fn is_other(seat: &Seat) -> bool {
    // Acquire: pairs with the AcqRel of `begin` and the Release of `end`. A thread that has been seen at rest since `begin` finds the
    // seat when it comes back, for the status that it changes then has been changed by who saw it.
    let exclusive = EXCLUSIVE.load(Acquire);
    !exclusive.is_null() && !ptr::eq(exclusive, seat)
}

/// Waits, at rest, until no other thread is exclusive; how long that was. After [`LONG`] that thread finds [`POLL_STOP`] again and
/// again: it may end what it does early ([`end`]) if it finds a reason.
pub(super) fn wait(seat: &Seat) -> Duration {
    let begun = Instant::now();
    let (lock, told) = &RESUMED;
    let mut guard = lock.lock();
    while is_other(seat) {
        guard = told.wait_for(guard, LOOK);
        if begun.elapsed() > LONG {
            drop(guard);
            // Acquire: as in `is_other`.
            let exclusive = EXCLUSIVE.load(Acquire);
            // SAFETY: seats are never freed.
            if let Some(exclusive) = unsafe { exclusive.as_ref() } {
                exclusive.signal(POLL_STOP);
            }
            guard = lock.lock();
        }
    }
    begun.elapsed()
}

/// All other threads stand still until [`end`]. Until they do, `serve` is called: the thread is at a safepoint there.
pub fn begin(seat: &'static Seat, mut serve: impl FnMut()) {
    let me: *const Seat = seat;
    // AcqRel: pairs with the Acquire of `is_other`. Relaxed: the next attempt looks again.
    while EXCLUSIVE.compare_exchange(ptr::null_mut(), me.cast_mut(), AcqRel, Relaxed).is_err() {
        serve();
    }
    let mut waiting = Vec::new();
    for_each_seat(|other| {
        if !ptr::eq(other, seat) {
            other.signal(POLL_STOP);
            waiting.push(other);
        }
    });
    let begun = Instant::now();
    let (mut rounds, mut deepest) = (0, Rest::Open);
    loop {
        // One without a nursery has ended.
        waiting.retain(|s| !s.mutator().is_null() && s.try_take(deepest).or_else(|| s.hung()).is_none());
        if waiting.is_empty() {
            return;
        }
        if begun.elapsed() > PATIENCE {
            // Relaxed: see `stops`.
            FROZEN.store(true, Relaxed);
            deepest = Rest::Frozen;
        }
        serve();
        sync::back_off(&mut rounds);
    }
}

/// All threads go on.
pub fn end() {
    // Relaxed: see `stops`.
    FROZEN.store(false, Relaxed);
    // Release: pairs with the Acquire of `is_other`.
    EXCLUSIVE.store(ptr::null_mut(), Release);
    let (lock, told) = &RESUMED;
    drop(lock.lock());
    told.notify_all();
}
