//! Giving an object away.

use rustc_hash::{FxHashMap, FxHashSet};

use pystm_gc::{
    Mutator, Object,
    header::{FLAGS, OLD, OWNER_MASK},
    layout::{self, Access},
    world::exclusive,
};

use crate::{
    Ownership, Peer, Token,
    events::Conflict,
    free,
    peer::{Ask, POLL_DOOMED, Request},
    token::{FREE, SHARED, TOUCHED},
    transaction::MARKS,
};

/// Header flag: its owner waits for others to have finished reading; nobody can have it before the owner has written it.
pub const PENDING: u64 = 1 << 2;

/// Objects that follow one that is given away to be read: what it refers to is likely to be needed, too.
const NEIGHBOURS: usize = 64;

impl Ownership {
    /// Answers a request in the name of this thread: by itself at a safepoint, or by the thread that has taken it. False if the
    /// asking thread must wait for the open transaction.
    ///
    /// # Safety
    /// The object must be live, `mutator` this thread's.
    pub(crate) unsafe fn respond(&mut self, mutator: &mut Mutator, request: &Request) -> bool {
        // SAFETY: the caller vouches for the object.
        let object = unsafe { &*request.object };
        let header = object.header.load();
        // This thread cannot use what it has got until that one is ready.
        let waits = exclusive::is(request.from.seat);
        if self.peer.is_granted(object) && !waits {
            return false;
        }
        if request.ask == Ask::Fence {
            let agreed = !self.reads(object) || self.yield_to(mutator, request);
            self.peer.note_answer(request, agreed);
            if agreed {
                self.note_change(object);
                self.agreed.note(request);
            }
            return agreed;
        }
        if !self.is_mine(header) {
            return true;
        }
        if header & PENDING != 0 {
            if waits {
                object.header.store(header & !(OWNER_MASK | PENDING) | SHARED.bits());
            }
            return waits;
        }
        let kept = self.kept();
        if !self.in_transaction() {
            self.free_learnt(mutator, kept);
        }
        if header & TOUCHED == 0 && free::is_contended(object) {
            self.in_use.retain(|&o| !std::ptr::eq(o, object));
            self.peer.note_answer(request, true);
            self.note_change(object);
            self.peer.note_loss();
            // SAFETY: the caller vouches for the object.
            unsafe { self.set_free(mutator, object, FREE, free::READS, kept) };
            return true;
        }
        if header & TOUCHED != 0 && self.in_transaction() {
            if request.ask == Ask::Read && header & MARKS == 0 {
                self.touched_to_read(object);
            } else if !self.yield_to(mutator, request) {
                self.peer.note_answer(request, false);
                return false;
            }
        }
        self.peer.note_answer(request, true);
        let header = object.header.load();
        if !self.is_mine(header) {
            // It has become free with the end of the transaction, which must not get it again before the older one.
            let theirs = header & !OWNER_MASK | request.from.token.bits();
            if header & OWNER_MASK == FREE && object.header.replace(header, theirs) {
                request.from.grant(object);
            }
            return true;
        }
        let alone = request.ask == Ask::Write || header & TOUCHED == 0 && free::is_migratory(object);
        if alone {
            self.note_change(object);
        }
        let to = if alone { request.from.token } else { SHARED };
        let near = to == SHARED && !free::note_seen(object);
        // SAFETY: (both) handed on.
        unsafe {
            request.from.grant(object);
            hand_over(self.peer, mutator, object, to, kept);
            if near {
                share_neighbours(self.peer, mutator, object, NEIGHBOURS, kept);
            }
        }
        true
    }

    /// The open transaction is in the way of another thread: the younger one gives in.
    fn yield_to(&mut self, mutator: &mut Mutator, request: &Request) -> bool {
        let Some(tx) = &self.tx else { return true };
        if tx.doomed {
            return true;
        }
        let mine = (tx.age, self.peer.token.bits());
        if tx.irrevocable || mine < (request.age, request.from.token.bits()) {
            return false;
        }
        let (other, other_place) = (request.from.events.number(), request.place);
        self.undo_for(mutator, Conflict { other, other_place, what: request.what });
        true
    }

    /// The open transaction is undone for another thread.
    pub(crate) fn undo_for(&mut self, mutator: &mut Mutator, conflict: Conflict) {
        self.doom(mutator, conflict);
        mutator.raise_poll(POLL_DOOMED);
        self.peer.note_loss();
    }
}

/// The last fence of each other thread that this one has agreed to: until then it may go on reading what that thread is about to
/// write.
#[derive(Default)]
pub(crate) struct Agreed(FxHashMap<u64, u64>);

impl Agreed {
    /// What a new thread has agreed to: it reads nothing that is about to be written already, for it may not be asked.
    pub(crate) fn to_all(peers: &[&'static Peer]) -> Agreed {
        Agreed(peers.iter().map(|peer| (peer.token.bits(), peer.last_fence())).collect())
    }

    fn note(&mut self, request: &Request) {
        self.0.insert(request.from.token.bits(), request.fence);
    }

    /// Whether the thread has agreed to the fence that the owner of a pending object waits for.
    fn contains(&self, owner: &Peer) -> bool {
        self.0.get(&owner.token.bits()) == Some(&owner.last_fence())
    }
}

impl Ownership {
    /// Whether the object, which belongs to another thread, is not written yet because this thread has not agreed.
    pub(crate) fn is_still_readable(&self, object: &Object, header: u64, owner: &Peer) -> bool {
        // The header, looked at again, tells that the fence was this object's.
        header & PENDING != 0 && !self.agreed.contains(owner) && object.header.load() == header
    }
}

/// Makes an object of this thread another's, or everybody's to read; `kept` as for [`free::publish`].
///
/// # Safety
/// The object must be live and the owner's, and the owner be the calling thread or taken by it.
unsafe fn hand_over(owner: &Peer, mutator: &mut Mutator, object: &Object, to: Token, kept: u64) {
    // SAFETY: the caller vouches for the object.
    unsafe { free::publish(mutator, object, kept) };
    let header = object.header.load();
    debug_assert_ne!(header & OLD, 0);
    object.header.store(header & !0xffff_ffff | to.bits() | header & FLAGS & !MARKS);
    owner.note_loss();
}

/// Makes objects that everybody may read of this thread's objects that the given one reaches, up to a number, nearest first.
///
/// # Safety
/// As for [`hand_over`].
unsafe fn share_neighbours(
    owner: &'static Peer,
    mutator: &mut Mutator,
    object: &Object,
    limit: usize,
    kept: u64,
) {
    let mut found: Vec<*mut Object> = vec![object as *const Object as *mut Object];
    let mut passed: FxHashSet<*mut Object> = FxHashSet::default();
    let mut at = 0;
    let mut shared = 0;
    while at < found.len() && shared < limit {
        let parent = found[at];
        at += 1;
        // SAFETY: objects reached from a live object are live.
        for child in unsafe { pystm_gc::mark::children(parent) } {
            if found.len() >= limit * 8 {
                break;
            }
            // SAFETY: as above.
            let (object, head) = unsafe { (&*child, layout::head_of((*child).header.shape())) };
            let header = object.header.load();
            // What an open transaction has touched stays.
            let own = Token::of(header) == Some(owner.token) && header & (PENDING | TOUCHED) == 0;
            match head.access {
                Access::Owned if own && !head.alone => {
                    // SAFETY: live and the owner's.
                    unsafe { hand_over(owner, mutator, object, SHARED, kept) };
                    shared += 1;
                    found.push(child);
                }
                // What stands behind immutable objects counts as near, too.
                Access::Public if own && passed.insert(child) => found.push(child),
                _ => {}
            }
        }
    }
}

impl Ownership {
    /// Shares an object of this thread, if it is one, and what stands near it: a new thread will need it.
    ///
    /// # Safety
    /// `object` must be live.
    pub unsafe fn share(&mut self, mutator: &mut Mutator, object: &Object) {
        // SAFETY: handed on; the thread is the calling one.
        unsafe {
            let access = layout::access_of(object);
            let header = object.header.load();
            if access == Access::Owned && self.is_mine(header) && header & (PENDING | TOUCHED) == 0 {
                hand_over(self.peer, mutator, object, SHARED, free::KEEP_ALL);
            } else {
                mutator.publish(object as *const Object as *mut Object, |_| {});
            }
            share_neighbours(self.peer, mutator, object, 16 * NEIGHBOURS, free::KEEP_ALL);
        }
    }
}
