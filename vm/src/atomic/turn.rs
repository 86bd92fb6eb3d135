//! Blocks that commit in a given order.
//!
//! Whoever is in front may need anything that a block behind it holds, also for what it does before and after its own block. So
//! a block that waits for its turn gives in to everyone, and none does before its turn what cannot be undone.

use std::{
    sync::atomic::{
        AtomicBool, AtomicU64,
        Ordering::{Acquire, Relaxed, Release},
    },
    time::{Duration, Instant},
};

use pystm_stm::events::{Conflict, Place};

use crate::{
    error::{PyResult, Raised},
    interp::safepoint::{self, POLL_SIGNAL},
    thread::Thread,
};

/// Between two looks at whose turn it is.
const NAP: Duration = Duration::from_micros(50);
/// So many blocks run at a time before the log takes one for another.
const STANDS: usize = 32;

/// Lets blocks through in the order of their indexes.
#[derive(Default)]
pub struct Turnstile {
    /// Whose turn it is.
    next: AtomicU64,
    closed: AtomicBool,
    /// Whose turns are the next ones, for the log: the number of the thread, and in the lower half its place.
    stands: [AtomicU64; STANDS],
}

impl Turnstile {
    /// Lets nobody through any more.
    pub fn close(&self) {
        // Release: pairs with the Acquire of `Turn::has_come`.
        self.closed.store(true, Release);
    }
}

/// The turn of a block.
#[derive(Clone, Copy)]
pub struct Turn {
    /// Where it waits.
    pub turnstile: &'static Turnstile,
    /// All smaller ones come first.
    pub index: u64,
}

impl Turn {
    /// The smaller index is the older one, and older than all other transactions.
    pub(super) fn age(self) -> u64 {
        self.index + 1
    }

    /// Whether it has come, or (false) never will; `None` as long as it may.
    pub fn has_come(self) -> Option<bool> {
        // Acquire: (all) pairs with the Release of `close` and `pass`.
        if self.turnstile.next.load(Acquire) >= self.index {
            return Some(!self.turnstile.closed.load(Acquire));
        }
        self.turnstile.closed.load(Acquire).then_some(false)
    }

    fn stand(self) -> &'static AtomicU64 {
        &self.turnstile.stands[self.index as usize % STANDS]
    }

    /// The block begins.
    pub(super) fn begin(self, t: &Thread) {
        let peer = t.own.peer;
        let stand = u64::from(peer.events.number()) << 32 | u64::from(peer.place().0);
        // Relaxed: for the log only.
        self.stand().store(stand, Relaxed);
    }

    /// The block is over: it is the next one's turn.
    pub fn pass(self) {
        // Release: pairs with the Acquire of `has_come`.
        self.turnstile.next.store(self.index + 1, Release);
    }

    /// Waits at a safepoint until all blocks in front have committed. False if that never happens.
    pub fn wait(self, t: &mut Thread) -> PyResult<bool> {
        self.wait_with(t, |t| {
            super::check(t)?;
            // Relaxed: the poll itself synchronises.
            if t.mutator.poll.load(Relaxed) != 0 { safepoint::poll(t) } else { Ok(()) }
        })
    }

    /// As [`Turn::wait`], in the middle of native code. Whether the turn has come; if not, the block must begin anew.
    pub(super) fn wait_inside(self, t: &mut Thread) -> bool {
        let come = self.wait_with(t, |t| {
            // Relaxed: as above.
            let interrupted = t.mutator.poll.load(Relaxed) & POLL_SIGNAL != 0;
            if t.own.is_doomed() || interrupted { Err(Raised::pending()) } else { Ok(()) }
        });
        matches!(come, Ok(true))
    }

    /// Waits, with a look at other things in between.
    fn wait_with(self, t: &mut Thread, mut look: impl FnMut(&mut Thread) -> PyResult<()>) -> PyResult<bool> {
        if let Some(come) = self.has_come() {
            return Ok(come);
        }
        let since = Instant::now();
        t.own.set_age(u64::MAX);
        let come = loop {
            t.own.rest(&mut t.mutator, || std::thread::park_timeout(NAP));
            if let Err(raised) = look(t) {
                break Err(raised);
            }
            if let Some(come) = self.has_come() {
                break Ok(come);
            }
        };
        t.own.set_age(self.age());
        // Acquire: as in `has_come`. Relaxed: see `begin`.
        let front = self.turnstile.next.load(Acquire).min(self.index - 1);
        let stands = (0..=front).rev().map(|index| Turn { index, ..self }.stand().load(Relaxed));
        // Who is in front may not have begun.
        let stand = stands.take(STANDS).find(|&stand| stand != 0).unwrap_or(0);
        let other_place = Place(stand as u32);
        let conflict = Conflict { other: (stand >> 32) as u32, other_place, ..Conflict::default() };
        t.own.peer.events.turn(&*t, since, conflict);
        come
    }
}
