//! Objects that threads keep taking from each other.
//!
//! To ask the owner of an object and to wait for its next safepoint is cheap where it is rare. What moves from writer to writer
//! all the time (*migratory* data: Cox and Fowler, 1993; Stenström, Brorsson and Sandberg, 1993) becomes *contended*: it is
//! [`FREE`] between two uses. Who needs it takes it with one compare-and-swap, to read as to write, and gives it back at its next
//! safepoint or at the end of its transaction; nobody is asked unless it is in use. After several uses that have written nothing
//! it becomes everybody's to read again; and what threads need all the time, so that they find it in use, is left to each for a
//! while instead ([`crate::obtain`]).

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pystm_gc::{
    Mutator, Object,
    header::{self, OLD},
    layout::{self, Access},
};

use crate::{
    Ownership,
    handover::PENDING,
    peer::POLL_REQUEST,
    stress::{self, Mode},
    token::{FREE, SHARED, TOUCHED},
    transaction::MARKS,
};

/// The second word of objects that have an owner: the moves of one that is not contended; [`CONTENDED`] and the uses in a row that
/// wrote nothing of one that is; [`EXEMPT`].
const BOOK: usize = 1;
const CONTENDED: u64 = 1 << 63;
/// The object never becomes contended.
const EXEMPT: u64 = 1 << 62;
/// So many moves make an object contended.
const MOVES: u64 = 3;
/// After so many uses in a row that wrote nothing it no longer is.
const READS: u64 = 8;

/// Objects that a thread has got to read lately, to recognise those that it writes right after.
#[derive(Default)]
pub(crate) struct Gotten {
    addresses: [usize; 8],
    next: usize,
}

impl Gotten {
    pub(crate) fn note(&mut self, object: &Object) {
        self.addresses[self.next] = object as *const Object as usize;
        self.next = (self.next + 1) % self.addresses.len();
    }

    fn contains(&self, object: &Object) -> bool {
        self.addresses.contains(&(object as *const Object as usize))
    }

    pub(crate) fn forget(&mut self) {
        self.addresses.fill(0);
    }
}

fn book(object: &Object) -> &AtomicU64 {
    // SAFETY: bodies with an owner have the word.
    unsafe { object.word(BOOK) }
}

/// Keeps an object from ever becoming contended: caches speak for it without a look at its owner, so that writers must wait until
/// all threads have passed a safepoint.
pub fn exempt(object: &Object) {
    // Relaxed: see `is_contended`.
    book(object).fetch_or(EXEMPT, Relaxed);
}

/// Whether the object is one that is free when nobody uses it.
pub(crate) fn is_contended(object: &Object) -> bool {
    // Relaxed: changed by its owner only, or while nobody else knows the object; the header orders it.
    book(object).load(Relaxed) & CONTENDED != 0
}

/// A contended object has been got. If it was in use, threads need it so often that each had better keep it for a while, and wait
/// before it asks for it again: it no longer is contended.
pub(crate) fn note_busy(object: &Object, busy: bool) {
    if busy && is_contended(object) && !stress::is_on(Mode::Free) {
        // Relaxed: see `is_contended`.
        book(object).store(0, Relaxed);
    }
}

impl Ownership {
    /// The object has moved here from another thread, to be written.
    pub(crate) fn note_move(&mut self, mutator: &Mutator, object: &Object) {
        // Relaxed: see `is_contended`.
        let count = book(object).load(Relaxed);
        if count & (CONTENDED | EXEMPT) != 0 {
            return;
        }
        if count + 1 < MOVES && !stress::is_on(Mode::Free) {
            book(object).store(count + 1, Relaxed);
            return;
        }
        book(object).store(CONTENDED, Relaxed);
        if !self.in_transaction() {
            self.use_for_a_while(mutator, object);
        }
    }

    /// The object that everybody could read has become this thread's to write. If it was another's before it could be read, and this
    /// thread has asked for it, it has moved.
    pub(crate) fn note_upgrade(&mut self, mutator: &Mutator, object: &Object) {
        if self.gotten.contains(object) || stress::is_on(Mode::Free) {
            self.note_move(mutator, object);
        }
    }

    /// Takes a free object. Fails if another thread was faster.
    pub(crate) fn take_free(&mut self, mutator: &Mutator, object: &Object, header: u64) -> bool {
        let mine = header & !header::OWNER_MASK | self.peer.token.bits();
        if !object.header.replace(header, mine) {
            return false;
        }
        if self.in_transaction() {
            self.touch(object);
        } else {
            self.use_for_a_while(mutator, object);
        }
        true
    }

    /// Has a contended object given back at the next safepoint.
    fn use_for_a_while(&mut self, mutator: &Mutator, object: &Object) {
        self.in_use.push(object);
        mutator.raise_poll(POLL_REQUEST);
    }

    /// Gives back what has been taken outside of transactions.
    #[inline]
    pub(crate) fn give_back(&mut self, mutator: &mut Mutator) {
        if !self.in_use.is_empty() {
            self.give_all_back(mutator);
        }
    }

    #[cold]
    fn give_all_back(&mut self, mutator: &mut Mutator) {
        self.peer.note_loss();
        while let Some(object) = self.in_use.pop() {
            // SAFETY: the list is a root.
            unsafe {
                if is_contended(&*object) {
                    self.set_free(mutator, object, FREE);
                }
            }
        }
    }

    /// An object of this thread that is contended becomes free, or everybody's to read.
    ///
    /// # Safety
    /// `object` must be live and of a shape that has an owner.
    pub(crate) unsafe fn set_free(&mut self, mutator: &mut Mutator, object: *const Object, mut to: u64) {
        // SAFETY: the caller vouches for the object.
        let object = unsafe { &*object };
        let header = object.header.load();
        if !self.is_mine(header) || header & PENDING != 0 {
            return;
        }
        // The first write to an old object clears the flag.
        if header & OLD == 0 {
            // SAFETY: it is live and this thread's.
            unsafe { mutator.publish(object as *const Object as *mut Object) };
            book(object).store(CONTENDED, Relaxed);
        } else {
            // Relaxed: (all) see `is_contended`.
            let reads = (book(object).load(Relaxed) & !CONTENDED) + 1;
            let over = reads >= READS;
            book(object).store(if over { 0 } else { CONTENDED | reads }, Relaxed);
            if over {
                to = SHARED.bits();
            }
        }
        let header = object.header.load();
        object.header.store(header & !(header::OWNER_MASK | MARKS | TOUCHED) | to | OLD);
    }

    /// What has been touched by a transaction that ends, is given up: it stays this thread's, unless it is contended. `watched`:
    /// changes of it are to be noticed, so it becomes everybody's to read.
    ///
    /// # Safety
    /// `object` must be live.
    pub(crate) unsafe fn let_go(&mut self, mutator: &mut Mutator, object: *const Object, watched: bool) {
        // SAFETY: the caller vouches for the object.
        unsafe {
            let owned = layout::head_of((*object).header.shape()).access == Access::Owned;
            if owned && is_contended(&*object) {
                self.set_free(mutator, object, if watched { SHARED.bits() } else { FREE });
            } else {
                self.clear(object, TOUCHED | MARKS);
            }
        }
    }
}
