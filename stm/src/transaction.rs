//! Transactions of a thread: what it has touched, and how to undo it.
//!
//! While a transaction is open, the thread compares headers with another token, so that the first access to each object leaves
//! the fast path: an object of the thread gets the mark [`TOUCHED`], a shared one joins the read set. So the thread holds
//! the right to all that the transaction has read or written until it ends (strict two-phase locking): transactions are
//! serialisable, and each sees a consistent state at any time.
//!
//! Who wants something that an open transaction has touched, in a way that does not agree with that, meets a conflict
//! ([`Ownership::respond`]). The older one wins (wound-wait: Rosenkrantz, Stearns and Lewis, 1978): a younger transaction is
//! undone at once and runs again, an older one is waited for.

use std::{
    sync::atomic::Ordering::{Acquire, Relaxed, Release},
    time::{Duration, Instant},
};

use pystm_gc::{
    Marker, Mutator, Object,
    header::LOGGED,
    layout::{self, Access},
    mark,
    sync::{self, AtomicPtr, AtomicU64},
    world::Rest,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    ALONE, Ownership, Peer,
    access::{DIVIDED, IGNORED, RIGHTS},
    events::{self, Conflict, Place},
    free, gate,
    reads::{Reads, place_of},
    token::{SHARED, TOUCHED},
};

/// Header flag: written by the open transaction of its owner, but not logged as a whole.
pub const WRITTEN: u64 = 1 << 3;
/// Flags that an open transaction sets.
pub(crate) const MARKS: u64 = LOGGED | WRITTEN;
/// What of a header belongs to the object's contents.
const FORM: u64 = !0xffff_ffff | DIVIDED;
/// An irrevocable transaction that has been found waiting so many times in succession counts as waiting for something.
const WAITS: u32 = 20;
/// Words up to which an object is logged as a whole when it is first written.
const SMALL: usize = 48;
/// Words from which on the size of an object is not worked out at its first writes.
const MANY: usize = 512;

/// How the state before a write is kept.
enum Undo {
    /// The word at the address was this.
    Word(*const u64, u64),
    /// The words from the address on were these: first and number in `saved`.
    Words(*const u64, usize, usize),
    /// The object had this shape, and was [`DIVIDED`] or not.
    Shape(*const Object, u64),
    /// State that is no word of an object.
    Call(Restore),
}

/// Puts back state that stands beside the words of objects. Runs in the thread of the transaction, or in another one in its name,
/// and neither waits nor makes objects.
pub type Restore = Box<dyn FnOnce() + Send>;

/// An open transaction.
#[derive(Default)]
pub struct Transaction {
    /// When its first try began: smaller is older.
    pub(crate) age: u64,
    /// When this try began, if anyone wants to know.
    begun: Option<Instant>,
    /// Where the block begins, for the log.
    block: Place,
    /// What has undone it, until that is written down.
    conflict: Option<Conflict>,
    /// Objects of the thread that carry the mark.
    pub(crate) touched: Vec<*const Object>,
    /// Shared objects that have been read.
    reads: Reads,
    log: Vec<Undo>,
    saved: Vec<u64>,
    /// How much of both the last collection has seen: what that refers to is old.
    scanned: (usize, usize),
    /// Memory for what an object that is being logged refers to.
    children: Vec<*mut Object>,
    /// Words logged of objects that are not logged as a whole.
    partly: FxHashMap<usize, usize>,
    /// Objects whose state beside their words is logged.
    saved_beside: FxHashSet<usize>,
    /// Objects without an owner of which words are logged.
    public: Vec<*const Object>,
    /// Classes that it has changed: what it finds in them must not reach the caches, which others use.
    changed_classes: FxHashSet<usize>,
    /// Nested blocks: how long the log was.
    savepoints: Vec<usize>,
    /// It can no longer be undone, and wins every conflict.
    pub irrevocable: bool,
    /// It has been undone; its thread must begin anew.
    pub doomed: bool,
}

// SAFETY: the pointers lead to heap objects, which stay alive as long as the transaction, whose roots they are; whoever acts for
// its thread has taken that.
unsafe impl Send for Transaction {}

/// The thread whose transaction is irrevocable.
static IRREVOCABLE: AtomicPtr<Peer> = AtomicPtr::new(std::ptr::null_mut());

/// No thread is left: for another execution of a model.
#[cfg(feature = "model")]
pub(crate) fn begin() {
    IRREVOCABLE.store(std::ptr::null_mut(), Release);
    now();
}

/// What a thread waits for to change.
#[derive(Default)]
pub(crate) struct Watched {
    seen: FxHashSet<usize>,
    pub(crate) changed: bool,
}

/// A point in time: smaller is earlier. Close to unique; ties are broken by token. Every block asks for it, so it is the
/// processor's own count where that is known to go on at one rate; if processors differ a little, some wins are unfair.
pub fn now() -> u64 {
    #[cfg(all(target_arch = "x86_64", not(feature = "model")))]
    // SAFETY: every processor of the kind has the instruction.
    unsafe {
        std::arch::x86_64::_rdtsc()
    }
    #[cfg(not(all(target_arch = "x86_64", not(feature = "model"))))]
    time_since_start()
}

/// Nanoseconds since the first call.
#[cfg(not(all(target_arch = "x86_64", not(feature = "model"))))]
fn time_since_start() -> u64 {
    static START: std::sync::OnceLock<sync::Instant> = std::sync::OnceLock::new();
    START.get_or_init(sync::Instant::now).elapsed().as_nanos() as u64 + 1
}

impl Ownership {
    /// Whether a transaction is open.
    #[inline(always)]
    pub fn in_transaction(&self) -> bool {
        !ALONE && self.tx.is_some()
    }

    /// The open transaction.
    pub fn transaction(&mut self) -> Option<&mut Transaction> {
        self.tx.as_deref_mut()
    }

    /// Whether the open transaction has been undone.
    pub fn is_doomed(&self) -> bool {
        self.in_transaction() && self.tx.as_ref().is_some_and(|tx| tx.doomed)
    }

    /// Whether the open transaction can no longer be undone.
    pub fn is_irrevocable(&self) -> bool {
        self.tx.as_ref().is_some_and(|tx| tx.irrevocable)
    }

    /// Whether the open transaction has changed any class.
    #[inline]
    pub fn has_changed_classes(&self) -> bool {
        self.in_transaction() && self.tx.as_ref().is_some_and(|tx| !tx.changed_classes.is_empty())
    }

    /// Whether the open transaction has changed this class.
    pub fn has_changed_class(&self, class: &Object) -> bool {
        self.tx.as_ref().is_some_and(|tx| tx.changed_classes.contains(&(class as *const Object as usize)))
    }

    /// The open transaction changes a class that others may know. The class must live as long as the transaction
    /// ([`Ownership::keep_public`]).
    pub fn note_changed_class(&mut self, class: &Object) {
        if let Some(tx) = &mut self.tx {
            tx.changed_classes.insert(class as *const Object as usize);
        }
    }

    /// Opens a transaction whose first try began at the given time.
    pub fn begin(&mut self, mutator: &mut Mutator, age: u64) {
        gate::set_dirty();
        self.give_back(mutator);
        self.gotten.forget();
        let mut tx = self.spare.take().unwrap_or_default();
        tx.age = age;
        tx.begun = events::begun();
        tx.block = self.peer.place();
        self.tx = Some(tx);
        mutator.watch_fresh();
        self.set_tokens();
    }

    /// Opens a transaction in the middle of an instruction that has done nothing yet; it is to end before the next safepoint. What
    /// the instruction has found so far is not given away by that. It does not count as a block.
    pub fn begin_instruction_transaction(&mut self, mutator: &mut Mutator, age: u64) {
        let in_use = std::mem::take(&mut self.in_use);
        self.begin(mutator, age);
        self.instruction = true;
        for object in in_use {
            // SAFETY: the list is a root.
            let object = unsafe { &*object };
            if self.is_mine(object.header.load()) {
                self.touch(object);
            }
        }
    }

    /// Whether the open transaction is that of the running instruction.
    #[inline(always)]
    pub fn is_instruction(&self) -> bool {
        !ALONE && self.instruction
    }

    pub(crate) fn set_tokens(&mut self) {
        let token = self.peer.token.bits();
        if self.tx.is_some() {
            self.key = token | TOUCHED;
            self.mask = !IGNORED;
            self.write_token = self.key | LOGGED;
        } else {
            self.key = 0;
            self.mask = !(token | SHARED.bits() | IGNORED);
            self.write_token = token;
        }
        let reads = if self.tx.is_some() { &raw const self.filter } else { std::ptr::null() };
        gate::set(self.key, self.mask & RIGHTS, reads);
    }

    /// Ends the transaction; what it has written stays.
    pub fn commit(&mut self, mutator: &mut Mutator) {
        gate::set_dirty();
        let Some(mut tx) = self.tx.take() else { return };
        if !self.instruction {
            self.peer.events.commit(tx.begun, tx.block);
        } else if !tx.doomed {
            // The augmented assignment of which the instruction is a part may need it until the next safepoint.
            for object in tx.touched.drain(..) {
                // SAFETY: touched objects are roots.
                unsafe { self.clear(object, TOUCHED | MARKS) };
                // SAFETY: as above.
                let object = unsafe { &*object };
                if self.is_mine(object.header.load()) {
                    self.give_back_later(mutator, object);
                }
            }
        }
        self.close(mutator, &mut tx, false);
        self.spare = Some(tx);
    }

    /// Writes down, once, that the open transaction has been undone. The thread stands where it has learnt of it.
    pub fn note_abort(&mut self) {
        let me = self.peer;
        if let Some(tx) = &mut self.tx
            && let Some(conflict) = tx.conflict.take()
        {
            me.events.abort(me.host(), tx.begun, &conflict);
        }
    }

    /// Undoes what the transaction has written, and ends it.
    pub fn roll_back(&mut self, mutator: &mut Mutator) {
        self.undo_all(mutator, false);
    }

    fn undo_all(&mut self, mutator: &mut Mutator, watch: bool) {
        gate::set_dirty();
        let Some(mut tx) = self.tx.take() else { return };
        tx.undo(0);
        self.close(mutator, &mut tx, watch);
        self.spare = Some(tx);
    }

    fn close(&mut self, mutator: &mut Mutator, tx: &mut Transaction, watch: bool) {
        self.instruction = false;
        self.set_tokens();
        self.release(mutator, tx, watch);
        mutator.take_fresh(false, |object| {
            // SAFETY: fresh objects have not been freed.
            unsafe { self.clear(object, TOUCHED | MARKS) };
        });
        tx.log.clear();
        tx.saved.clear();
        tx.scanned = (0, 0);
        tx.savepoints.clear();
        tx.changed_classes.clear();
        if std::mem::take(&mut tx.irrevocable) {
            // Release: pairs with the Acquire of `become_irrevocable`.
            IRREVOCABLE.store(std::ptr::null_mut(), Release);
        }
        tx.conflict = None;
        if std::mem::take(&mut tx.doomed) {
            self.peer.set_doomed(false);
        }
        self.answer_deferred();
        self.readmit_others();
    }

    /// As [`Ownership::roll_back`]; with `watch`, changes of what the transaction has read are noted from here on.
    pub fn roll_back_and_watch(&mut self, mutator: &mut Mutator, watch: bool) {
        if watch && let Some(tx) = &self.tx {
            let touched = tx.touched.iter().map(|&object| object as usize);
            let seen = tx.reads.iter().chain(touched).collect();
            // One that has been undone before may have missed a change.
            self.watched = Some(Watched { seen, changed: tx.doomed });
        }
        self.undo_all(mutator, watch);
    }

    /// Whether something watched may have changed.
    pub fn has_changed(&self) -> bool {
        self.watched.as_ref().is_none_or(|w| w.changed)
    }

    /// Whether the transaction has read nothing that could change.
    pub fn watches_nothing(&self) -> bool {
        self.watched.as_ref().is_some_and(|w| w.seen.is_empty() && !w.changed)
    }

    /// Ends the watch.
    pub fn stop_watching(&mut self) {
        self.watched = None;
    }

    /// Another thread gets the right to write the object.
    pub(crate) fn note_change(&mut self, object: *const Object) {
        if let Some(watched) = &mut self.watched
            && watched.seen.contains(&(object as usize))
        {
            watched.changed = true;
            self.peer.wake();
        }
    }

    /// The open transaction can no longer be undone from here on, unless it has been already. Waits at a safepoint until no
    /// other is like that. `reason` is for the log.
    pub fn become_irrevocable(&mut self, mutator: &mut Mutator, reason: &dyn Fn() -> String) {
        let since = Instant::now();
        let me = self.peer as *const Peer as *mut Peer;
        while let Some(tx) = &mut self.tx
            && !tx.irrevocable
            && !tx.doomed
        {
            // Acquire: pairs with the Release of `close`.
            if IRREVOCABLE.compare_exchange(std::ptr::null_mut(), me, Acquire, Relaxed).is_ok() {
                tx.irrevocable = true;
                let reason = if events::on() { reason() } else { String::new() };
                self.peer.events.inevitable(self.peer.host(), since, &reason, tx.block);
            } else {
                self.rest(mutator, || sync::park_timeout(Duration::from_micros(50)));
            }
        }
    }

    /// Waits, at a safepoint, until no transaction is irrevocable, and keeps others from becoming so until
    /// [`Ownership::let_become_irrevocable`]. Gives up when one is that waits for something itself: that may be this thread.
    pub(crate) fn keep_revocable(&mut self, mutator: &mut Mutator) {
        let me = self.peer as *const Peer as *mut Peer;
        let mut waits = 0;
        // Acquire: pairs with the Release of `close`.
        while let Err(other) = IRREVOCABLE.compare_exchange(std::ptr::null_mut(), me, Acquire, Relaxed) {
            // SAFETY: peers are never freed.
            let is_waiting = unsafe { (*other).seat.try_take(Rest::Open).is_some() };
            waits = if is_waiting { waits + 1 } else { 0 };
            if waits > WAITS {
                return;
            }
            self.rest(mutator, || sync::park_timeout(Duration::from_micros(50)));
        }
        self.keeps_revocable = true;
    }

    /// Ends what [`Ownership::keep_revocable`] has begun.
    pub(crate) fn let_become_irrevocable(&mut self) {
        if std::mem::take(&mut self.keeps_revocable) {
            // Release: pairs with the Acquire of `become_irrevocable`.
            IRREVOCABLE.store(std::ptr::null_mut(), Release);
        }
    }

    /// Gives up the rights of the transaction.
    fn release(&mut self, mutator: &mut Mutator, tx: &mut Transaction, watch: bool) {
        for object in tx.touched.drain(..) {
            // SAFETY: touched objects are roots.
            unsafe { self.let_go(mutator, object, watch) };
        }
        self.free_learnt(mutator, if watch { free::KEEP_ALL } else { 0 });
        tx.reads.clear(&mut self.filter);
        tx.partly.clear();
        tx.saved_beside.clear();
        tx.public.clear();
    }

    /// Undoes what the open transaction has done and gives up its rights, in the name of its thread, which will begin anew.
    pub(crate) fn doom(&mut self, mutator: &mut Mutator, conflict: Conflict) {
        if let Some(mut tx) = self.tx.take() {
            tx.undo(0);
            self.release(mutator, &mut tx, false);
            tx.doomed = true;
            tx.conflict = Some(conflict);
            self.peer.set_doomed(true);
            self.tx = Some(tx);
        }
    }

    /// Undoes the open transaction of a thread that never runs again, even one that could not be undone otherwise.
    pub(crate) fn abandon(&mut self) {
        self.let_become_irrevocable();
        if let Some(mut tx) = self.tx.take() {
            tx.undo(0);
            if tx.irrevocable {
                // Release: pairs with the Acquire of `become_irrevocable`.
                IRREVOCABLE.store(std::ptr::null_mut(), Release);
            }
        }
    }

    /// Makes the open transaction older or younger than it is.
    pub fn set_age(&mut self, age: u64) {
        if let Some(tx) = &mut self.tx {
            tx.age = age;
        }
    }

    /// Begins a nested block.
    pub fn begin_nested(&mut self, mutator: &mut Mutator) {
        gate::set_dirty();
        let Some(mut tx) = self.tx.take() else { return };
        // What is written from here on is logged again, also in objects that are as new as the transaction.
        mutator.take_fresh(true, |object| tx.touched.push(object));
        self.forget_logged(&mut tx);
        tx.savepoints.push(tx.log.len());
        self.tx = Some(tx);
    }

    /// What is written from here on is logged anew; what has been written stays known as such.
    fn forget_logged(&self, tx: &mut Transaction) {
        for &object in &tx.touched {
            // SAFETY: touched objects are roots.
            let header = unsafe { &(*object).header };
            let word = header.load();
            if self.is_mine(word) && word & LOGGED != 0 {
                header.store(word & !LOGGED | WRITTEN);
            }
        }
        tx.partly.clear();
        tx.saved_beside.clear();
    }

    /// Takes flags away from an object if it is this thread's.
    ///
    /// # Safety
    /// `object` must be live.
    pub(crate) unsafe fn clear(&self, object: *const Object, flags: u64) {
        // SAFETY: the caller vouches for the object.
        let header = unsafe { &(*object).header };
        if self.is_mine(header.load()) {
            header.clear_flags(flags);
        }
    }

    /// Ends a nested block; what it has written stays, or is undone.
    pub fn end_nested(&mut self, keep: bool) {
        gate::set_dirty();
        let Some(mut tx) = self.tx.take() else { return };
        if let Some(mark) = tx.savepoints.pop()
            && !keep
        {
            tx.undo(mark);
            // The block's logs are gone.
            self.forget_logged(&mut tx);
        }
        self.tx = Some(tx);
    }

    /// Number of open nested blocks.
    pub fn nesting(&self) -> usize {
        self.tx.as_ref().map_or(0, |tx| tx.savepoints.len())
    }

    /// An object of this thread is accessed for the first time in the open transaction.
    pub(crate) fn touch(&mut self, object: &Object) {
        if let Some(tx) = &mut self.tx {
            let header = object.header.load();
            if header & TOUCHED == 0 {
                object.header.store(header & !MARKS | TOUCHED);
                tx.touched.push(object);
            }
        }
    }

    /// A shared object is read in the open transaction.
    #[inline]
    pub(crate) fn note_read(&mut self, object: &Object) {
        if let Some(tx) = &mut self.tx {
            let address = object as *const Object as usize;
            tx.reads.add(address);
            self.filter[place_of(address)] = address;
        }
    }

    /// The open transaction depends on an object in a way of the host's own: whether that has been noted lately.
    #[inline(always)]
    pub fn depends_on(&self, object: &Object) -> bool {
        self.has_read(object)
    }

    /// Notes that for [`Ownership::depends_on`].
    pub fn note_dependence(&mut self, object: &Object) {
        self.note_read(object);
    }

    /// Whether a read of the shared object has been noted lately.
    #[inline(always)]
    pub(crate) fn has_read(&self, object: &Object) -> bool {
        let address = object as *const Object as usize;
        self.filter[place_of(address)] == address
    }

    /// An object that the transaction has touched is about to be written. Returns whether stores need no log: all of it has been
    /// logged.
    ///
    /// # Safety
    /// `object` must be live and this thread's.
    pub(crate) unsafe fn prepare_write(&mut self, object: &Object) -> bool {
        let Some(tx) = &mut self.tx else { return true };
        let header = object.header.load();
        if header & LOGGED != 0 {
            return true;
        }
        // SAFETY: the caller vouches for the object.
        let whole = unsafe { tx.log_whole(object) };
        if whole {
            object.header.clear_flags(WRITTEN);
        }
        object.header.set_flags(if whole { LOGGED } else { WRITTEN });
        whole
    }

    /// Logs the word that is about to be overwritten.
    pub(crate) fn log_word(&mut self, word: *const u64) {
        if let Some(tx) = &mut self.tx {
            // SAFETY: the word is a slot of a live object.
            tx.log.push(Undo::Word(word, unsafe { (*(word as *const AtomicU64)).load(Relaxed) }));
        }
    }

    /// Logs the shape of an object that is about to get another one.
    pub(crate) fn log_shape(&mut self, object: &Object) {
        if let Some(tx) = &mut self.tx {
            tx.log.push(Undo::Shape(object, object.header.load() & FORM));
        }
    }

    /// Logs a call that undoes what no word shows.
    pub fn log_call(&mut self, restore: Restore) {
        if let Some(tx) = &mut self.tx {
            tx.log.push(Undo::Call(restore));
        }
    }

    /// Whether the state of the object beside its words must be logged now, before it changes for the first time. It counts
    /// as logged from here on.
    pub fn must_save(&mut self, object: &Object) -> bool {
        self.tx.as_mut().is_some_and(|tx| {
            object.header.load() & LOGGED == 0 && tx.saved_beside.insert(object as *const Object as usize)
        })
    }

    /// A new object of this thread, which has been published, is to outlive the open transaction if that is undone: what is written
    /// in it is logged.
    pub fn keep_if_undone(&mut self, object: &Object) {
        // SAFETY: the object is live.
        unsafe { self.clear(object, TOUCHED | MARKS) };
    }

    /// Whether the open transaction has logged all of the object, or has made it.
    pub fn is_logged(&self, object: &Object) -> bool {
        let header = object.header.load();
        self.is_mine(header) && header & LOGGED != 0
    }

    /// Words of an object without an owner are about to be logged: it must live as long as the log.
    pub fn keep_public(&mut self, object: &Object) {
        if let Some(tx) = &mut self.tx
            && tx.public.last() != Some(&std::ptr::from_ref(object))
        {
            tx.public.push(object);
        }
    }

    /// Whether the transaction has read the shared object at the address.
    pub(crate) fn reads(&self, object: *const Object) -> bool {
        self.tx.as_ref().is_some_and(|tx| tx.reads.contains(object as usize))
    }

    /// A touched object becomes everybody's to read.
    pub(crate) fn touched_to_read(&mut self, object: &Object) {
        if let Some(tx) = &mut self.tx {
            tx.reads.add(object as *const Object as usize);
        }
    }

    /// Hands what the transaction refers to to the marker.
    ///
    /// # Safety
    /// Only during a collection.
    pub unsafe fn scan(&mut self, marker: &mut Marker) {
        for &object in self.in_use.iter().chain(&self.learnt) {
            // SAFETY: they have been roots since they were taken.
            unsafe { marker.object(object as *mut Object) };
        }
        if let Some(tx) = &mut self.tx {
            // SAFETY: touched objects have been roots since they were touched.
            unsafe {
                for &object in tx.touched.iter().chain(&tx.public) {
                    marker.object(object as *mut Object);
                }
            }
            let (log, saved) = if marker.major { (0, 0) } else { tx.scanned };
            for entry in &tx.log[log..] {
                if let Undo::Word(_, old) = entry {
                    marker.logged(*old);
                }
            }
            for &word in &tx.saved[saved..] {
                marker.logged(word);
            }
            tx.scanned = (tx.log.len(), tx.saved.len());
        }
    }
}

impl Transaction {
    /// Logs all words of an object and of its parts if they are not many, or if many have been logged one by one.
    ///
    /// # Safety
    /// `object` must be live and nobody write it.
    unsafe fn log_whole(&mut self, object: &Object) -> bool {
        // SAFETY: (whole body) a live object has a layout; parts belong to it.
        unsafe {
            let layout = layout::layout_of(object.header.shape());
            // What has a destructor has state elsewhere.
            if layout.drop.is_some() {
                return false;
            }
            let at: *const Object = object;
            let small = !free::is_big(object) && {
                self.find_parts(at);
                self.words_of(at) <= SMALL
            };
            if !small {
                let logged = self.partly.entry(at as usize).or_insert(0);
                *logged += 8;
                let logged = *logged;
                if free::is_big(object) {
                    if logged < MANY {
                        return false;
                    }
                    self.find_parts(at);
                }
                let words = self.words_of(at);
                if logged < words {
                    if words >= MANY {
                        free::note_big(object);
                    }
                    return false;
                }
            }
            self.log.push(Undo::Shape(at, object.header.load() & FORM));
            // The header stays out, and the book: they change for other reasons.
            let owned = layout::access_of(object) == Access::Owned;
            self.log_words(at, if owned { 2 } else { 1 });
            for i in 0..self.children.len() {
                self.log_words(self.children[i], 1);
            }
            true
        }
    }

    /// Finds the parts of an object.
    ///
    /// # Safety
    /// As for [`Transaction::log_whole`].
    unsafe fn find_parts(&mut self, object: *const Object) {
        // SAFETY: handed on.
        unsafe { mark::list_parts(object as *mut Object, &mut self.children) };
    }

    /// The words of an object and of its parts, which have been found.
    ///
    /// # Safety
    /// As for [`Transaction::log_whole`].
    unsafe fn words_of(&self, object: *const Object) -> usize {
        // SAFETY: live objects have layouts.
        let words = |o: *const Object| unsafe { layout::layout_of((*o).header.shape()).size_of(o) / 8 };
        words(object) + self.children.iter().map(|&part| words(part)).sum::<usize>()
    }

    /// Logs the words of a piece of memory, without the first ones.
    ///
    /// # Safety
    /// As for [`Transaction::log_whole`].
    unsafe fn log_words(&mut self, piece: *const Object, skipped: usize) {
        // SAFETY: the words belong to the object.
        unsafe {
            let words = layout::layout_of((*piece).header.shape()).size_of(piece) / 8;
            let first = (piece as *const u64).add(skipped);
            let from = self.saved.len();
            self.saved
                .extend((0..words - skipped).map(|i| (*(first.add(i) as *const AtomicU64)).load(Relaxed)));
            self.log.push(Undo::Words(first, from, words - skipped));
        }
    }

    /// Undoes what was logged from this entry on, the last first.
    fn undo(&mut self, from: usize) {
        let put = |at: *const u64, word: u64| {
            // SAFETY: the word belongs to an object that the log keeps alive. Release: pairs with the Acquire of whoever
            // reads the slot next.
            unsafe { (*(at as *const AtomicU64)).store(word, Release) };
        };
        for entry in self.log.drain(from.min(self.log.len())..).rev() {
            match entry {
                Undo::Word(at, old) => put(at, old),
                Undo::Words(at, first, count) => {
                    for i in 0..count {
                        put(at.wrapping_add(i), self.saved[first + i]);
                    }
                    self.saved.truncate(first);
                }
                Undo::Shape(object, shape) => {
                    // SAFETY: the object is a root of the transaction.
                    let header = unsafe { &(*object).header };
                    header.store(header.load() & !FORM | shape);
                }
                Undo::Call(restore) => restore(),
            }
        }
        let (log, saved) = self.scanned;
        self.scanned = (log.min(self.log.len()), saved.min(self.saved.len()));
    }
}
