//! Changes of what everybody may read at any time.
//!
//! The words of a function or a class have no owner whom readers would ask. They are hardly ever written once others know the
//! object; who does it has all other threads stand still, so that nobody sees what may yet be undone, and has their open
//! transactions undone, so that none sees both what was and what is. An irrevocable one cannot be undone; it is waited
//! for, unless it waits for something itself: then it goes on with what there is afterwards.

use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    time::Instant,
};

use pystm_gc::{
    Mutator, Object,
    sync::spin_loop,
    world::{self, Rest, exclusive},
};

use crate::{
    ALONE, Ownership,
    events::{Conflict, Place, What},
    peer::{POLL_REQUEST, others},
};

/// Who was exclusive last, where it stood, and what it has changed: for the log.
static LAST: (AtomicU32, AtomicU32, AtomicU64) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU64::new(0));

impl Ownership {
    /// Whether another thread, which may be about to begin, may know the object. (An irrevocable transaction cannot tell what it has made
    /// from what it has changed.)
    ///
    /// # Safety
    /// `object` must be live.
    pub unsafe fn others_may_know(&self, mutator: &Mutator, object: &Object) -> bool {
        !ALONE
            // SAFETY: the caller says so.
            && unsafe { mutator.is_known(object) }
            && (self.is_irrevocable() || !self.is_logged(object))
    }

    /// All other threads stand still from here on, and what transactions they have open is undone, unless irrevocable: `object`, which
    /// everybody may read, is about to be changed. They go on when the open transaction, which must be irrevocable, ends or its
    /// thread waits for something; without one, at the thread's next safepoint. May be a safepoint itself.
    pub fn exclude_others(&mut self, mutator: &mut Mutator, object: &Object) {
        if self.exclusive {
            return;
        }
        let (me, seat) = (self.peer, mutator.seat);
        if !self.in_transaction() {
            self.keep_revocable(mutator);
        }
        exclusive::begin(seat, || {
            self.pause(mutator);
            self.serve(mutator);
        });
        self.exclusive = true;
        let conflict = Conflict { other: me.events.number(), other_place: me.place(), what: me.what(object) };
        // Relaxed: read by threads that stand still until later.
        LAST.0.store(conflict.other, Relaxed);
        LAST.1.store(conflict.other_place.0, Relaxed);
        LAST.2.store(conflict.what.to_bits(), Relaxed);
        for peer in others(me) {
            while !peer.is_gone() {
                if let Some(taken) = peer.seat.try_take(Rest::Frozen) {
                    let (own, mutator) = (peer.own(), taken.seat.mutator());
                    if !own.is_null() && !mutator.is_null() {
                        // SAFETY: the thread has been taken, so its state is ours.
                        unsafe { (*own).give_in(&mut *mutator, conflict) };
                    }
                    break;
                }
                // One that has just begun may collect before it rests.
                world::pause(seat, Rest::Frozen);
                spin_loop();
            }
        }
        if !self.in_transaction() {
            mutator.raise_poll(POLL_REQUEST);
        }
    }

    /// Whether all others stand still.
    pub fn is_exclusive(&self) -> bool {
        self.exclusive
    }

    /// The other threads go on.
    #[inline]
    pub fn readmit_others(&mut self) {
        if std::mem::take(&mut self.exclusive) {
            self.let_become_irrevocable();
            exclusive::end();
        }
    }

    /// Another thread changes something that everybody may read.
    fn give_in(&mut self, mutator: &mut Mutator, conflict: Conflict) {
        if self.tx.as_ref().is_some_and(|tx| !tx.doomed && !tx.irrevocable) {
            self.undo_for(mutator, conflict);
        }
        // It may be that what it waits for.
        if let Some(watched) = &mut self.watched {
            watched.changed = true;
            self.peer.wake();
        }
    }

    /// Rests as long as a collection or an exclusive thread wants it, and writes down for how long that was for such a thread.
    pub fn pause(&mut self, mutator: &Mutator) {
        world::pause(mutator.seat, Rest::Open);
        if let Some(held) = mutator.seat.take_held() {
            let now = Instant::now();
            // Relaxed: see `exclude_others`.
            let conflict = Conflict {
                other: LAST.0.load(Relaxed),
                other_place: Place(LAST.1.load(Relaxed)),
                what: What::from_bits(LAST.2.load(Relaxed)),
            };
            self.peer.events.wait(self.peer.host(), now.checked_sub(held).unwrap_or(now), &conflict);
        }
    }
}
