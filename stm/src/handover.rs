//! Giving an object away.

use pystm_gc::{
    Mutator, Object,
    header::{FLAGS, OLD},
    layout::{self, Access},
};

use crate::{
    Peer, Token,
    peer::{Ask, Request},
    token::SHARED,
};

/// Header flag: its owner waits for others to have finished reading; nobody can have it before the owner has written it.
pub const PENDING: u64 = 1 << 2;

/// Objects that follow one that is given away to be read: what it refers to is likely to be needed, too.
const NEIGHBOURS: usize = 64;

/// Answers a request in the name of the owner: by the owner itself, or by the thread that has taken it.
///
/// # Safety
/// The object must be live. `mutator` must be that of `owner`.
pub(crate) unsafe fn give(owner: &'static Peer, mutator: &mut Mutator, request: &Request) {
    // SAFETY: the caller vouches for the object.
    let object = unsafe { &*request.object };
    let header = object.header.load();
    if Token::of(header) != Some(owner.token) || header & PENDING != 0 {
        return;
    }
    let to = match request.ask {
        Ask::Write => request.from.token,
        _ => SHARED,
    };
    // SAFETY: as above.
    unsafe { hand_over(owner, mutator, object, to) };
    if to == SHARED {
        // SAFETY: as above.
        unsafe { share_neighbours(owner, mutator, object, NEIGHBOURS) };
    }
}

/// Makes an object of this thread another's, or everybody's to read.
///
/// # Safety
/// The object must be live and the owner's, and the owner be the calling thread or taken by it.
unsafe fn hand_over(owner: &Peer, mutator: &mut Mutator, object: &Object, to: Token) {
    // SAFETY: the caller vouches for the object.
    unsafe { mutator.publish(object as *const Object as *mut Object) };
    let header = object.header.load();
    debug_assert_ne!(header & OLD, 0);
    object.header.store(header & !0xffff_ffff | to.bits() | header & FLAGS);
    owner.note_loss();
}

/// Makes objects that everybody may read of this thread's objects that the given one reaches, up to a number, nearest first.
///
/// # Safety
/// As for [`hand_over`].
pub(crate) unsafe fn share_neighbours(
    owner: &'static Peer,
    mutator: &mut Mutator,
    object: &Object,
    limit: usize,
) {
    let mut found: Vec<*mut Object> = vec![object as *const Object as *mut Object];
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
            let (object, access) = unsafe { (&*child, layout::head_of((*child).header.shape()).access) };
            let header = object.header.load();
            let own = Token::of(header) == Some(owner.token) && header & PENDING == 0;
            match access {
                Access::Owned if own => {
                    // SAFETY: live and the owner's.
                    unsafe { hand_over(owner, mutator, object, SHARED) };
                    shared += 1;
                    found.push(child);
                }
                // What stands behind immutable objects counts as near, too.
                Access::Public | Access::Part if own && !found.contains(&child) => found.push(child),
                _ => {}
            }
        }
    }
}

/// Shares an object of this thread, if it is one, and what stands near it.
///
/// # Safety
/// As for [`hand_over`].
pub(crate) unsafe fn share(owner: &'static Peer, mutator: &mut Mutator, object: &Object) {
    // SAFETY: handed on.
    unsafe {
        let access = layout::head_of(object.header.shape()).access;
        let header = object.header.load();
        if access == Access::Owned && Token::of(header) == Some(owner.token) && header & PENDING == 0 {
            hand_over(owner, mutator, object, SHARED);
        } else {
            mutator.publish(object as *const Object as *mut Object);
        }
        share_neighbours(owner, mutator, object, 16 * NEIGHBOURS);
    }
}
