//! How objects move between threads, and objects that threads keep taking from each other.
//!
//! Each object that has an owner keeps a *book* of that in its second word:
//!
//! * What a thread gets to read and then writes is *migratory* (Cox and Fowler, 1993; Stenström, Brorsson and Sandberg, 1993): who
//!   asks to read it next gets it alone, which saves the second request.
//! * To ask the owner and to wait for its next safepoint is cheap where it is rare. After a move from writer to writer
//!   an object is *contended*: it is [`FREE`] between two uses. Who needs it takes it with one compare-and-swap, to read as to
//!   write, and gives it back at its next safepoint or at the end of its transaction; nobody is asked unless it is in use. After
//!   several uses in a row that have written nothing it becomes everybody's to read again, and after [`RUN`] uses in a row by one
//!   thread it is that thread's.
//! * What is read by many and written now and then is asked for twice at each write: by the writer, and by the first reader after
//!   that. Once that has happened, the next writer makes it contended ([`PROBE`]), to find out how often it is read between two writes.
//!   If that is often, it is everybody's to read again, and the next transactions that write the object make it so as they
//!   end ([`SPREAD`]).
//! * What others learn of because it can be reached from something that is given away has one thread that knows it, and is about to be
//!   used by another. Whether to be read or to be written nobody knows: it is contended by *guess*, so that nobody need be asked,
//!   and a few uses settle what it is from then on.
//! * A contended object that threads often find in use is *hot*: threads do little else, so it had better stay with each for a
//!   while. It is asked for again, and who has lost it waits longer and longer before it does so ([`crate::obtain`]).

use std::sync::atomic::Ordering::Relaxed;

use pystm_gc::{
    Mutator, Object,
    header::{self, OLD},
    layout::{self, Access},
    sync::AtomicU64,
};

use crate::{
    ALONE, Ownership, Token,
    access::DIVIDED,
    handover::PENDING,
    peer::POLL_REQUEST,
    stress::{self, Mode},
    token::{FREE, SHARED, TOUCHED},
    transaction::MARKS,
};

/// The book is the second word of objects that have an owner.
const BOOK: usize = 1;
const CONTENDED: u64 = 1 << 63;
/// The object never becomes contended.
const EXEMPT: u64 = 1 << 62;
/// Everybody could read it once, and so what is near it.
const SEEN: u64 = 1 << 61;
const MIGRATORY: u64 = 1 << 60;
const HOT: u64 = 1 << 59;
/// The object had many words when a transaction wrote it or when it was given away.
const BIG: u64 = 1 << 58;
/// The object has been written since it was given away last, and what has been stored has been published at once.
const STORED: u64 = 1 << 57;
/// The contents have been put together again after they stood in other objects: they stay so.
const WHOLE: u64 = 1 << 56;
/// Of an object that is not contended: the lowest bit of how often transactions that write it are still to make it everybody's to read,
/// and the mask of that number.
const SPREAD: u64 = 1 << 16;
const SPREADS: u64 = 0xf * SPREAD;
/// Of an object that is not contended: who writes it next makes it so.
const PROBE: u64 = 1 << 20;
/// After so many times it stays with its writer once, to find out whether anyone reads it.
const AGAIN: u64 = 12 * SPREAD;
/// What stays when an object becomes contended, hot or neither.
const LASTING: u64 = EXEMPT | SEEN | MIGRATORY | BIG | WHOLE;
/// Lowest bytes: of a hot object the moves since it is hot; of a contended one the uses in a row that wrote nothing, and then how
/// often it has been found in use, less the other times.
const COUNT: u64 = 0xff;
const BUSY: u32 = 8;
/// After so many uses in a row that wrote nothing it no longer is.
pub(crate) const READS: u64 = 8;
/// The same where the last of them was a transaction's: those that read what everybody may read, and then write it, are in each
/// other's way.
const READS_IN_BLOCKS: u64 = 24;
/// What it counts to be found in use once, and from when on the object is hot.
const FOUND_BUSY: u64 = 4;
const TOO_BUSY: u64 = 24;
/// Of a contended object: who has used it last, by the bits of its token, and how often in a row.
const USER: u32 = 16;
const USER_MASK: u64 = header::OWNER_MASK;
const USES: u32 = 48;
/// Of a contended object: it has been made so without a sign of it, and has gone to another thread at most once since then: it has
/// not, or it has.
const GUESS: u64 = 1 << 22;
const SECOND_GUESS: u64 = 1 << 23;
const GUESSED: u64 = GUESS | SECOND_GUESS;
/// Uses of such an object that make it everybody's to read, or one thread's.
const GUESSED_READS: u64 = 4;
const GUESSED_RUN: u64 = 8;
/// So many of the objects that a thread gives away with another are contended by guess.
const GUESSES: usize = 64;
/// Of flags: all that others learn of stays this thread's.
pub(crate) const KEEP_ALL: u64 = !0;
/// After so many uses in a row by one thread the object is no longer contended: the others have gone, or are asleep.
const RUN: u64 = 200;
/// After so many moves a hot object is tried as a contended one again.
const HOT_MOVES: u64 = 200;
/// Size of buffers, in bytes, from which on it is better to publish each value that is stored in them.
const MANY_BYTES: usize = 1024;

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
    // Relaxed: see `read`.
    book(object).fetch_or(EXEMPT, Relaxed);
}

/// What the book says. Relaxed, as all accesses to it: it is changed by the owner only, or while nobody else knows the object,
/// and the header orders that. Others may look at it for advice.
fn read(object: &Object) -> u64 {
    if has_book(object) { book(object).load(Relaxed) } else { EXEMPT }
}

fn write(object: &Object, entry: u64) {
    if has_book(object) {
        book(object).store(entry, Relaxed);
    }
}

/// Public objects have none; they are asked for, too, by who wants to read their headers only.
fn has_book(object: &Object) -> bool {
    // SAFETY: the object is live.
    unsafe { layout::access_of(object) == Access::Owned }
}

/// Whether the object is one that is free when nobody uses it.
pub(crate) fn is_contended(object: &Object) -> bool {
    read(object) & CONTENDED != 0
}

/// Whether threads keep taking the object from each other.
pub fn is_disputed(object: &Object) -> bool {
    let entry = read(object);
    entry & HOT != 0 || entry & (CONTENDED | GUESSED) == CONTENDED
}

/// Whether the contents of the object, which has an owner, had better stand in other objects, each with an owner of its own: threads
/// take it from each other, or one writes it while others read it.
#[inline(always)]
pub fn is_worth_dividing(object: &Object) -> bool {
    debug_assert!(has_book(object));
    // Relaxed: see `read`.
    let entry = book(object).load(Relaxed);
    let signs = CONTENDED | HOT | SPREADS | PROBE;
    !ALONE
        && entry & signs != 0
        && entry & (EXEMPT | WHOLE) == 0
        && (entry & CONTENDED == 0 || entry & GUESSED == 0)
}

/// Whether nothing speaks against dividing the object.
pub fn may_be_divided(object: &Object) -> bool {
    read(object) & (EXEMPT | WHOLE) == 0
}

/// Notes that the contents of the object, which is this thread's, stand in other objects now: it is no longer written.
pub fn note_divided(object: &Object) {
    write(object, read(object) & LASTING & !MIGRATORY);
}

/// Notes that the contents of the object, which is this thread's, are to stay in it from now on.
pub fn keep_whole(object: &Object) {
    write(object, read(object) | WHOLE);
}

/// Whether threads that need the object had better wait a while before they ask for it again.
pub(crate) fn is_hot(object: &Object) -> bool {
    read(object) & HOT != 0
}

/// Whether the object, which has an owner, had better be given to that thread alone that asks to read it.
pub(crate) fn is_migratory(object: &Object) -> bool {
    let entry = read(object);
    if entry & EXEMPT != 0 {
        // It is read far more often than it is written.
        return false;
    }
    if entry & MIGRATORY != 0 && !is_written(object) {
        // The thread that got it has not written it.
        write(object, entry & !MIGRATORY);
        return false;
    }
    entry & MIGRATORY != 0
}

/// Whether the object has been written since it was given away last.
fn is_written(object: &Object) -> bool {
    // The first write to an old object clears the flag, or is noted in the book.
    object.header.load() & OLD == 0 || read(object) & STORED != 0
}

/// Whether what is stored in the object, which is this thread's, had better be published at once: threads keep taking it from each
/// other, and to look through all of it each time takes long.
pub(crate) fn publishes(object: &Object) -> bool {
    let entry = read(object);
    // The objects of models are all small.
    let big = entry & BIG != 0 || cfg!(feature = "model") && stress::is_on(Mode::Free);
    big && entry & (CONTENDED | HOT) != 0 && object.header.load() & OLD != 0
}

/// Notes that the object is written that way.
pub(crate) fn note_stored(object: &Object) {
    write(object, read(object) | STORED);
}

/// Makes the object, which is given away, and what it reaches fit to be seen by other threads. What they learn of by that is free
/// from then on, unless it has one of the flags `kept`.
///
/// # Safety
/// The object must be live and that thread's whose nursery this is, and be given away before another thread can have any of what it
/// reaches.
pub(crate) unsafe fn publish(mutator: &mut Mutator, object: &Object, kept: u64) {
    let mine = Mine::of(mutator);
    let mut guesses = 0;
    let found = |child: &Object| {
        if guesses < GUESSES && mine.guess(child, kept) {
            guesses += 1;
        }
    };
    // SAFETY: handed on.
    let looked_at = unsafe { mutator.publish(std::ptr::from_ref(object).cast_mut(), found) };
    let entry = read(object);
    let big = match looked_at {
        0 => entry & BIG,
        bytes if bytes >= MANY_BYTES => BIG,
        _ => 0,
    };
    if entry & STORED != 0 || entry & BIG != big {
        write(object, entry & !STORED | big);
    }
}

/// What headers of a thread's objects say.
#[derive(Clone, Copy)]
struct Mine {
    owner: u64,
    mask: u64,
}

impl Mine {
    fn of(mutator: &Mutator) -> Mine {
        Mine { owner: mutator.owner, mask: mutator.owner_mask }
    }

    /// Makes an object contended by guess, and free, if it is one of the thread that has just been published, has not been written
    /// since, and has none of the flags. Whether it is.
    fn guess(self, object: &Object, kept: u64) -> bool {
        let header = object.header.load();
        let is_published = header & (OLD | PENDING | DIVIDED) == OLD;
        if header & self.mask != self.owner || !is_published || header & kept != 0 {
            return false;
        }
        // SAFETY: the object is live.
        let head = unsafe { layout::head_of(header::shape_of(header)) };
        let is_new = head.access == Access::Owned && !head.alone && book(object).load(Relaxed) == 0;
        if is_new {
            book(object).store(CONTENDED | GUESS | (READS_IN_BLOCKS - GUESSED_READS), Relaxed);
            Ownership::give_up(object, FREE);
        }
        is_new
    }
}

/// Whether the object, which this thread writes, has been found to have many words.
pub(crate) fn is_big(object: &Object) -> bool {
    read(object) & BIG != 0
}

/// Notes that the object, which this thread writes, has many words.
pub(crate) fn note_big(object: &Object) {
    write(object, read(object) | BIG);
}

/// Notes that everybody may read the object from now on, because another thread needs it, and whether that has been so before.
pub(crate) fn note_seen(object: &Object) -> bool {
    let entry = read(object);
    let seen = entry & SEEN != 0;
    let written = object.header.load() & OLD == 0;
    let known = entry & (CONTENDED | HOT | MIGRATORY | EXEMPT) != 0;
    let probe = if seen && written && !known { PROBE } else { 0 };
    write(object, entry & !(SPREADS | PROBE) | SEEN | probe);
    seen
}

/// A contended object has been got by a thread, and was in use or not.
pub(crate) fn note_use(object: &Object, user: Token, busy: bool) {
    let book = book(object);
    let entry = book.load(Relaxed);
    if entry & CONTENDED == 0 || stress::is_on(Mode::Free) {
        return;
    }
    let score = entry >> BUSY & COUNT;
    let score = if busy { score + FOUND_BUSY } else { score.saturating_sub(1) };
    let last = entry >> USER & USER_MASK;
    let begun = if entry & GUESSED == 0 { 0 } else { RUN - GUESSED_RUN };
    let (uses, guess) = match last {
        0 => (begun, entry & GUESSED),
        _ if last == user.bits() && !busy => ((entry >> USES & COUNT) + 1, entry & GUESSED),
        _ if entry & GUESS != 0 => (begun, SECOND_GUESS),
        _ => (0, 0),
    };
    if score >= TOO_BUSY {
        book.store(entry & LASTING | HOT, Relaxed);
    } else if uses >= RUN {
        book.store(entry & LASTING, Relaxed);
    } else {
        let kept = entry & !(COUNT << BUSY | USER_MASK << USER | COUNT << USES | GUESSED);
        book.store(kept | guess | score << BUSY | user.bits() << USER | uses << USES, Relaxed);
    }
}

impl Ownership {
    /// The object has moved here from another thread, to be written.
    pub(crate) fn note_move(&mut self, mutator: &Mutator, object: &Object) {
        let entry = read(object);
        if entry & (CONTENDED | EXEMPT) != 0 {
            return;
        }
        let moves = (entry & COUNT) + 1;
        if entry & HOT != 0 && moves < HOT_MOVES && !stress::is_on(Mode::Free) {
            write(object, entry & !COUNT | moves);
            return;
        }
        write(object, entry & LASTING | CONTENDED);
        if !self.in_transaction() {
            self.use_for_a_while(mutator, object);
        }
    }

    /// The object that everybody could read has become this thread's to write. If it was another's before it could be read, and this
    /// thread has asked for it, it has moved.
    pub(crate) fn note_upgrade(&mut self, mutator: &Mutator, object: &Object) {
        let probed = read(object) & PROBE != 0;
        if self.gotten.contains(object) || probed || stress::is_on(Mode::Free) {
            write(object, read(object) & !(SPREADS | PROBE) | MIGRATORY);
            self.note_move(mutator, object);
        }
    }

    /// Takes a free object. Fails if another thread was faster.
    pub(crate) fn take_free(&mut self, mutator: &Mutator, object: &Object, header: u64) -> bool {
        let touched = if self.in_transaction() { TOUCHED } else { 0 };
        let mine = header & !(header::OWNER_MASK | MARKS) | self.peer.token.bits() | touched;
        if !object.header.replace(header, mine) {
            return false;
        }
        note_use(object, self.peer.token, false);
        if let Some(tx) = &mut self.tx {
            tx.touched.push(object);
        } else if is_contended(object) {
            self.use_for_a_while(mutator, object);
        }
        true
    }

    /// What has been got from a transaction that had it in use is given back, too, if it is contended.
    pub(crate) fn give_back_later(&mut self, mutator: &Mutator, object: &Object) {
        if !self.in_transaction()
            && is_contended(object)
            && !self.in_use.contains(&std::ptr::from_ref(object))
        {
            self.use_for_a_while(mutator, object);
        }
    }

    /// Publishes what is being stored in an object of this thread that is contended, or hot: it is to be free when that is given away.
    ///
    /// # Safety
    /// `value` must be live.
    pub(crate) unsafe fn publish_stored(&mut self, mutator: &mut Mutator, value: *mut Object) {
        let learnt = &mut self.learnt;
        let mut learn = |object: &Object| {
            if learnt.len() < GUESSES {
                learnt.push(object);
            }
        };
        // SAFETY: handed on.
        unsafe {
            if (*value).header.load() & OLD == 0 {
                learn(&*value);
            }
            mutator.publish(value, learn);
        }
    }

    /// Others may use what they have learnt of.
    pub(crate) fn free_learnt(&mut self, mutator: &mut Mutator, kept: u64) {
        let mine = Mine::of(mutator);
        while let Some(object) = self.learnt.pop() {
            // SAFETY: the list is a root.
            unsafe {
                let object = &*object;
                let header = object.header.load();
                // It has been written since then.
                if self.is_mine(header) && header & (OLD | kept) == 0 && !mutator.publish_again(object) {
                    publish(mutator, object, kept);
                }
                mine.guess(object, kept);
            }
        }
    }

    /// What is not to be free when others learn of it, as for [`publish`]: what the open transaction has touched; or anything, if the
    /// thread waits for changes, of which it would not be told.
    pub(crate) fn kept(&self) -> u64 {
        if self.watched.is_some() { KEEP_ALL } else { TOUCHED }
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
        self.free_learnt(mutator, self.kept());
        while let Some(object) = self.in_use.pop() {
            // SAFETY: the list is a root.
            unsafe {
                if is_contended(&*object) {
                    self.set_free(mutator, object, FREE, READS, self.kept());
                }
            }
        }
    }

    /// An object of this thread that is contended becomes free, or everybody's to read after `reads` uses that wrote nothing; `kept`
    /// as for [`publish`].
    ///
    /// # Safety
    /// `object` must be live and of a shape that has an owner.
    pub(crate) unsafe fn set_free(
        &mut self,
        mutator: &mut Mutator,
        object: *const Object,
        mut to: u64,
        reads: u64,
        kept: u64,
    ) {
        // SAFETY: the caller vouches for the object.
        let object = unsafe { &*object };
        let header = object.header.load();
        if !self.is_mine(header) || header & PENDING != 0 {
            return;
        }
        let entry = read(object);
        if is_written(object) {
            // SAFETY: it is live and this thread's, and what is contended has been published.
            unsafe {
                if object.header.load() & OLD != 0 || !mutator.publish_again(object) {
                    publish(mutator, object, kept);
                }
            }
            write(object, read(object) & !COUNT);
        } else if (entry & COUNT) + 1 < if entry & GUESSED == 0 { reads } else { READS_IN_BLOCKS } {
            write(object, entry + 1);
        } else {
            let again = if entry & GUESSED == 0 { AGAIN } else { 0 };
            write(object, entry & LASTING & !MIGRATORY | again);
            to = SHARED.bits();
        }
        Self::give_up(object, to);
    }

    /// An object that the transaction has written becomes everybody's to read, if it is this thread's. Whether it has.
    ///
    /// # Safety
    /// `object` must be live and of a shape that has an owner.
    unsafe fn spread(&mut self, mutator: &mut Mutator, object: &Object, entry: u64) -> bool {
        let header = object.header.load();
        let spreads = self.is_mine(header) && header & (PENDING | OLD) == 0;
        if spreads {
            write(object, entry - SPREAD);
            // SAFETY: it is live and this thread's.
            unsafe { publish(mutator, object, 0) };
            Self::give_up(object, SHARED.bits());
        }
        spreads
    }

    /// An object of this thread, which has been published, gets another owner.
    fn give_up(object: &Object, to: u64) {
        let header = object.header.load();
        object.header.store(header & !(header::OWNER_MASK | MARKS | TOUCHED) | to | OLD);
    }

    /// What has been touched by a transaction that ends, is given up: it stays this thread's, unless it is contended or others are
    /// going to read it. `watched`: changes of it are to be noticed, so it becomes everybody's to read.
    ///
    /// # Safety
    /// `object` must be live.
    pub(crate) unsafe fn let_go(&mut self, mutator: &mut Mutator, object: *const Object, watched: bool) {
        // SAFETY: (whole body) the caller vouches for the object.
        unsafe {
            let entry = read(&*object);
            if entry & CONTENDED != 0 {
                // What the transaction has touched it gives up, too.
                let (to, kept) = if watched { (SHARED.bits(), KEEP_ALL) } else { (FREE, 0) };
                self.set_free(mutator, object, to, READS_IN_BLOCKS, kept);
            } else if entry & SPREADS == 0 || watched || !self.spread(mutator, &*object, entry) {
                self.clear(object, TOUCHED | MARKS);
            }
        }
    }
}
