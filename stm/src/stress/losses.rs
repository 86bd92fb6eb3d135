//! What a thread loses at a safepoint as if others had asked for it.

use std::sync::OnceLock;

use pystm_gc::{
    Mutator, Object, Seat, header,
    layout::{self, Access},
    world,
};

use super::random;
use crate::{
    Ownership, Peer,
    events::{Conflict, Place, What},
    peer::{Ask, POLL_DOOMED, Request},
    token::SHARED,
};

/// The thread that asks. It ended long ago, so that whatever it gets can be had back at once.
fn nobody(seat: &'static Seat) -> &'static Peer {
    static NOBODY: OnceLock<&'static Peer> = OnceLock::new();
    NOBODY.get_or_init(|| Peer::ended(seat, "PYSTM_STRESS").expect("out of thread tokens"))
}

impl Ownership {
    /// Takes an object from this thread, to read it or to write it. Only at a safepoint.
    ///
    /// # Safety
    /// `object` must be live.
    pub unsafe fn lose(&mut self, mutator: &mut Mutator, object: &Object) {
        // SAFETY: the caller vouches for the object.
        if unsafe { layout::access_of(object) } != Access::Owned {
            return;
        }
        let header = object.header.load();
        let ask = if random(2) == 0 { Ask::Read } else { Ask::Write };
        let from = nobody(mutator.seat);
        if self.is_mine(header) {
            // The youngest of all: what an open transaction has touched stays.
            let (age, what, place) = (u64::MAX, What::default(), Place::default());
            // SAFETY: as above.
            unsafe { self.respond(mutator, &Request { object, ask, from, age, fence: 0, what, place }) };
        } else if header & header::OWNER_MASK == SHARED.bits()
            && ask == Ask::Write
            && !self.reads(object)
            && world::count() == 1
        {
            // Nobody else could be reading it.
            self.note_change(object);
            object.header.replace(header, header & !header::OWNER_MASK | from.token.bits());
            self.peer.note_loss();
        }
    }

    /// Undoes the open transaction if it can be undone.
    pub fn lose_transaction(&mut self, mutator: &mut Mutator) {
        if self.in_transaction() && !self.is_irrevocable() && !self.is_doomed() {
            let other = nobody(mutator.seat).events.number();
            self.doom(mutator, Conflict { other, ..Conflict::default() });
            mutator.raise_poll(POLL_DOOMED);
            self.peer.note_loss();
        }
    }

    /// Whether the owner of an object is this thread or nobody: it can be looked at until the next safepoint.
    pub fn can_look_at(&self, object: &Object) -> bool {
        let header = object.header.load();
        self.is_mine(header) || header & header::OWNER_MASK == SHARED.bits()
    }
}
