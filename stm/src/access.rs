//! The fast path of reads and writes, and what happens off it.

use std::marker::{PhantomData, PhantomPinned};
use std::ptr::NonNull;

use pystm_gc::{
    Mutator, Object, ShapeId, barrier, header,
    layout::{self, Access},
    word, world,
    world::Rest,
};

use crate::{
    ALONE, Peer, Token, Transaction,
    free::{self, Gotten},
    gate,
    handover::Agreed,
    obtain,
    peer::{Ask, others},
    reads::{FILTER, Filter},
    stress::{self, Mode},
    token::{FREE, SHARED, TOUCHED},
    transaction::{MARKS, Watched},
};

/// Header flag: the host keeps the contents of the object in others, and its own words are not to be read or written as they stand.
/// Fast paths and the [`gate`] do not let anyone through; who waits there has the host put the contents back.
pub const DIVIDED: u64 = 1 << 5;
/// Flags that do not matter to who may read.
pub(crate) const IGNORED: u64 = header::FLAGS & !DIVIDED;
/// What of a header tells who may read, whatever the shape.
pub(crate) const RIGHTS: u64 = header::OWNER_MASK | DIVIDED;

/// What a thread compares headers with, and who it is for others.
#[repr(C)]
pub struct Ownership {
    /// What the owner field of an object that may be read is compared with, under `mask`.
    pub(crate) key: u64,
    /// The bits that count: shape and owner, without those that do not matter.
    pub(crate) mask: u64,
    /// Owner and flag bits of objects that need nothing before a write; new objects have them.
    pub(crate) write_token: u64,
    /// Shared objects that the open transaction has read lately, by address.
    pub(crate) filter: Filter,
    /// The thread for others.
    pub peer: &'static Peer,
    /// How often the running instruction has begun anew.
    restarts: u32,
    pub(crate) tx: Option<Box<Transaction>>,
    /// The open transaction is that of the running instruction.
    pub(crate) instruction: bool,
    pub(crate) watched: Option<Watched>,
    pub(crate) agreed: Agreed,
    /// Contended objects that the thread has taken outside of transactions.
    pub(crate) in_use: Vec<*const Object>,
    /// What has been published because it has been stored in a contended object, which others have not got since.
    pub(crate) learnt: Vec<*const Object>,
    pub(crate) gotten: Gotten,
    /// There may be requests that have been put off.
    pub(crate) has_deferred: bool,
    /// All other threads stand still ([`Ownership::exclude_others`]).
    pub(crate) exclusive: bool,
    /// No transaction can become irrevocable meanwhile.
    pub(crate) keeps_revocable: bool,
    /// The memory of an ended transaction, for the next one.
    pub(crate) spare: Option<Box<Transaction>>,
    /// When which objects were lost lately.
    pub(crate) lost: obtain::Lost,
    /// Others may act in this thread's name while it waits: nothing of this is to be kept in registers over a call.
    _pinned: PhantomPinned,
}

/// The proof that one object may be written now. Dropped before anything that may reach a safepoint.
pub struct Writer<'a> {
    /// Whom to tell of each store, if anyone.
    observer: Option<Observer>,
    _borrow: PhantomData<&'a mut Ownership>,
}

/// What a store needs besides.
#[derive(Clone, Copy)]
pub(crate) struct Observer {
    /// The thread: its open transaction, if there is one, logs what was there.
    own: NonNull<Ownership>,
    /// What is stored is published, for this object stays what others see it as.
    publish: Option<NonNull<Object>>,
}

/// What has become of an attempt to get a right without a wait ([`Ownership::claim`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claim {
    /// The right was there, or is not to be had this way.
    Nothing,
    /// The right is there now.
    Ready,
    /// Other threads must be asked.
    Wait,
}

/// So often an instruction begins anew before it gives nothing away any more while it waits.
const RESTARTS: u32 = 4;

/// What unwinds the native stack to the instruction that must begin anew, because others have taken objects from it.
pub struct Restart;

impl Writer<'_> {
    const PLAIN: Self = Writer { observer: None, _borrow: PhantomData };

    /// Whom to tell of each store, if anyone.
    #[inline(always)]
    pub(crate) fn observer(&self) -> Option<Observer> {
        if ALONE { None } else { self.observer }
    }

    /// Prepares a store that goes past the slots: of `count` values at `from` to `to`, both in heap objects.
    #[inline(always)]
    pub fn before_bulk(&self, from: *const u64, to: *const u64, count: usize) {
        if let Some(observer) = self.observer() {
            for i in 0..count {
                // SAFETY: the caller is about to copy these words.
                observer.note(to.wrapping_add(i), unsafe { *from.wrapping_add(i) }, true);
            }
        }
    }

    /// Prepares moving `count` words within a buffer to `to`.
    #[inline(always)]
    pub fn before_move(&self, to: *const u64, count: usize) {
        if let Some(Observer { mut own, .. }) = self.observer() {
            for i in 0..count {
                // SAFETY: the writer borrows the thread.
                unsafe { own.as_mut() }.log_word(to.wrapping_add(i));
            }
        }
    }

    /// Gives the object that the writer is for another shape.
    #[inline(always)]
    pub fn set_shape(&self, object: &Object, shape: ShapeId) {
        if let Some(Observer { mut own, .. }) = self.observer() {
            // SAFETY: the writer borrows the thread whose this is.
            unsafe { own.as_mut() }.log_shape(object);
        }
        object.header.set_shape(shape);
    }
}

impl Observer {
    /// Does what a store of a word, which may be a value, needs besides. By value: what the compiler knows of a writer in registers
    /// it forgets when its address is handed out.
    #[cold]
    #[inline(never)]
    pub(crate) fn note(mut self, at: *const u64, word: u64, points: bool) {
        // SAFETY: the writer borrows the thread, and is for the object.
        unsafe {
            let own = self.own.as_mut();
            if let Some(object) = self.publish
                && points
            {
                own.publish_value(&mut *own.peer.seat.mutator(), object.as_ref(), word);
            }
            if !self.publish.is_some_and(|object| own.is_logged(object.as_ref())) {
                own.log_word(at);
            }
        }
    }
}

impl Ownership {
    /// Ownership for the calling thread, with this nursery.
    ///
    /// # Panics
    /// After 705,432 threads.
    pub fn new(mutator: &mut Mutator) -> Ownership {
        let peer = Peer::enter(mutator.seat).expect("out of thread tokens");
        let token = peer.token;
        if !ALONE {
            mutator.owner_mask = header::OWNER_MASK & !TOUCHED;
            mutator.owner = token.bits();
        }
        let mut own = Ownership {
            key: 0,
            mask: 0,
            write_token: 0,
            filter: [0; FILTER],
            peer,
            restarts: 0,
            tx: None,
            instruction: false,
            spare: None,
            watched: None,
            agreed: Agreed::to_all(&others(peer)),
            in_use: Vec::new(),
            learnt: Vec::new(),
            gotten: Gotten::default(),
            has_deferred: false,
            exclusive: false,
            keeps_revocable: false,
            lost: obtain::Lost::default(),
            _pinned: PhantomPinned,
        };
        own.set_tokens();
        own
    }

    /// Whether the owner in a header is this thread.
    #[inline(always)]
    pub(crate) fn is_mine(&self, header: u64) -> bool {
        ALONE || Token::of(header) == Some(self.peer.token)
    }

    /// Whether the object belongs to this thread.
    #[inline(always)]
    pub fn owns(&self, object: &Object) -> bool {
        self.is_mine(object.header.load())
    }

    /// Header of a new object of this shape.
    #[inline(always)]
    pub fn new_header(&self, shape: ShapeId) -> u64 {
        (shape.0 as u64) << 32 | self.write_token()
    }

    /// [`Ownership::write_token`](#structfield.write_token); no bit is set where no object has an owner.
    #[inline(always)]
    fn write_token(&self) -> u64 {
        if ALONE { 0 } else { self.write_token }
    }

    /// One test: the object has this shape and may be read by this thread.
    #[inline(always)]
    pub fn owns_with_shape(&self, object: &Object, shape: ShapeId) -> bool {
        let header = object.header.load();
        if ALONE {
            return header::shape_of(header) == shape;
        }
        (header ^ ((shape.0 as u64) << 32 | self.key)) & self.mask == 0
            || header & !IGNORED == ((shape.0 as u64) << 32 | SHARED.bits()) && self.has_read(object)
    }

    /// One test: the object may be read by this thread.
    #[inline(always)]
    pub fn may_read(&self, object: &Object) -> bool {
        self.may_read_by(object, RIGHTS)
    }

    /// As [`Ownership::may_read`], of what a [`DIVIDED`] object still is by itself: what leads to its contents.
    #[inline(always)]
    pub fn may_read_parts(&self, object: &Object) -> bool {
        self.may_read_by(object, header::OWNER_MASK)
    }

    /// Whether the object may be read, as far as these bits of the header tell.
    #[inline(always)]
    fn may_read_by(&self, object: &Object, bits: u64) -> bool {
        let header = object.header.load();
        ALONE
            || (header ^ self.key) & self.mask & bits == 0
            || header & bits == SHARED.bits() && self.has_read(object)
    }

    /// One compare: the object has this shape and can be written without further ado.
    #[inline(always)]
    pub fn writer_with_shape(&mut self, object: &Object, shape: ShapeId) -> Option<Writer<'_>> {
        (object.header.load() == self.new_header(shape)).then_some(Writer::PLAIN)
    }

    /// One compare: the object can be written without further ado.
    #[inline(always)]
    pub fn quick_writer(&mut self, object: &Object) -> Option<Writer<'_>> {
        (object.header.load() as u32 as u64 == self.write_token()).then_some(Writer::PLAIN)
    }

    /// A writer for an object of any shape; goes through the barrier if it must.
    ///
    /// # Safety
    /// `object` must be a live mutable object.
    #[inline(always)]
    pub unsafe fn writer(&mut self, mutator: &mut Mutator, object: &Object) -> Writer<'_> {
        if object.header.load() as u32 as u64 != self.write_token() {
            // SAFETY: the caller vouches for the object.
            return unsafe { self.acquire(mutator, object) };
        }
        self.note_write(mutator, object);
        Writer::PLAIN
    }

    /// Opens an object whose parts are going to be written one by one.
    ///
    /// # Safety
    /// `object` must be a live mutable object.
    pub unsafe fn open_parts(&mut self, mutator: &mut Mutator, object: &Object) {
        // SAFETY: handed on.
        unsafe {
            self.writer(mutator, object);
            if layout::access_of(object) == Access::Owned {
                barrier::remember(mutator, std::ptr::from_ref(object).cast_mut());
            }
        }
    }

    /// The instruction cannot begin anew from here on, unless the object was made by itself.
    #[inline(always)]
    fn note_write(&self, mutator: &Mutator, object: &Object) {
        if !mutator.made_since(object) {
            gate::set_dirty();
        }
    }

    /// Whether a right may be missing that could have been got before the running instruction.
    #[inline(always)]
    pub fn may_lack_rights(&self) -> bool {
        !ALONE && (world::count() > 1 || self.in_transaction())
    }

    /// An instruction begins, or begins anew, that can begin anew as long as it has done nothing.
    #[inline(always)]
    pub fn begin_instruction(&mut self, mutator: &mut Mutator) {
        if !ALONE {
            mutator.begin_operation();
            gate::set_clean();
        }
    }

    /// Gets the right to read an object or to write all of it (not [`Ask::Fence`]) until the next safepoint, if no other thread
    /// has to be asked.
    ///
    /// # Safety
    /// `object` must be live.
    pub unsafe fn claim(&mut self, mutator: &mut Mutator, object: &Object, ask: Ask) -> Claim {
        // SAFETY: a live object has a shape.
        if ALONE || unsafe { layout::access_of(object) } != Access::Owned {
            return Claim::Nothing;
        }
        if self.is_doomed() {
            return Claim::Wait;
        }
        let header = object.header.load();
        if !self.is_mine(header) {
            match header & header::OWNER_MASK {
                FREE if self.take_free(mutator, object, header) => {}
                owner if owner == SHARED.bits() && ask == Ask::Read => {
                    if !self.in_transaction() || self.has_read(object) {
                        return Claim::Nothing;
                    }
                    self.note_read(object);
                    return Claim::Ready;
                }
                _ => {
                    // What waits for this thread before it is written can be read, but not by the fast path.
                    let readable = ask == Ask::Read
                        && Token::of(header)
                            .is_some_and(|owner| self.is_still_readable(object, header, owner.peer()));
                    if !readable {
                        return Claim::Wait;
                    }
                    self.note_read(object);
                    return Claim::Nothing;
                }
            }
        } else if ask == Ask::Read {
            if self.may_read(object) {
                return Claim::Nothing;
            }
            self.touch(object);
        }
        if ask == Ask::Read {
            return Claim::Ready;
        }
        if self.quick_writer(object).is_some() {
            return Claim::Nothing;
        }
        if free::publishes(object) {
            self.touch(object);
            return Claim::Nothing;
        }
        // SAFETY: the object is live and this thread's.
        unsafe { self.open(mutator, object) };
        if self.quick_writer(object).is_some() { Claim::Ready } else { Claim::Nothing }
    }

    /// Opens an object for stores: the collector and an open transaction know that it is going to be written. Whether stores need no
    /// log.
    ///
    /// # Safety
    /// `object` must be live and this thread's.
    unsafe fn open(&mut self, mutator: &mut Mutator, object: &Object) -> bool {
        // SAFETY: handed on.
        unsafe {
            barrier::remember(mutator, object as *const Object as *mut Object);
            self.touch(object);
            self.prepare_write(object)
        }
    }

    /// An instruction that can begin anew has come to its end.
    #[inline(always)]
    pub fn end_instruction(&mut self) {
        if !ALONE {
            self.restarts = 0;
        }
    }

    /// The cold path of a write.
    ///
    /// # Safety
    /// `object` must be a live mutable object.
    #[cold]
    #[inline(never)]
    unsafe fn acquire(&mut self, mutator: &mut Mutator, object: &Object) -> Writer<'_> {
        if ALONE {
            // SAFETY: the caller vouches for the object.
            unsafe { barrier::remember(mutator, object as *const Object as *mut Object) };
            return Writer::PLAIN;
        }
        // SAFETY: the object is live and has a shape.
        let access = unsafe { layout::access_of(object) };
        match access {
            Access::Public => {
                gate::set_dirty();
                let old = object.header.load() & header::OLD != 0;
                let logs = self.tx.is_some() && !self.is_logged(object);
                if logs {
                    self.keep_public(object);
                }
                return if old || logs { self.observed(old.then_some(object)) } else { Writer::PLAIN };
            }
            Access::Part => {
                let header = object.header.load();
                if !self.is_mine(header) {
                    object.header.store(header & !(header::OWNER_MASK | MARKS) | self.peer.token.bits());
                }
            }
            Access::Owned => {
                if !self.is_mine(object.header.load()) {
                    // SAFETY: the caller vouches for the object.
                    unsafe { self.wait_inside(mutator, object, Ask::Write) };
                }
            }
        }
        if access == Access::Owned && object.header.load() & DIVIDED != 0 {
            gate::wait(object);
        }
        self.note_write(mutator, object);
        if access == Access::Owned && free::publishes(object) {
            self.touch(object);
            free::note_stored(object);
            // SAFETY: the object is live and ours.
            unsafe { self.prepare_write(object) };
            return self.observed(Some(object));
        }
        // SAFETY: the object is live and ours.
        if unsafe { self.open(mutator, object) } {
            return Writer::PLAIN;
        }
        self.observed(None)
    }

    /// A writer for an object of this thread whose contents are about to move into other objects, or back, and which is
    /// [`DIVIDED`] from here on or no longer. That does not count as something that the instruction has done.
    ///
    /// # Safety
    /// `object` must be live and this thread's.
    pub unsafe fn rearrange(&mut self, mutator: &mut Mutator, object: &Object, divided: bool) -> Writer<'_> {
        // SAFETY: handed on.
        let plain = unsafe { self.open(mutator, object) };
        self.log_shape(object);
        if divided {
            object.header.set_flags(DIVIDED);
        } else {
            object.header.clear_flags(DIVIDED);
        }
        if plain { Writer::PLAIN } else { self.observed(None) }
    }

    /// A word that may be a value is about to be stored in an object that stays old.
    ///
    /// # Safety
    /// The object must be live and the thread's to write, and the word what a slot of it is to hold.
    unsafe fn publish_value(&mut self, mutator: &mut Mutator, object: &Object, word: u64) {
        let value = match word::holder(word) {
            Some(holder) => holder,
            None if word::is_pointer(word) => word::to_object(word),
            None => return,
        };
        // SAFETY: the caller vouches for the word, and so for the value.
        unsafe {
            if layout::access_of(object) == Access::Public {
                mutator.publish(value, |_| {});
                return;
            }
            self.publish_stored(mutator, value);
            if layout::access_of(value) == Access::Part {
                // What it holds is known to the object's trace function only.
                barrier::remember(mutator, std::ptr::from_ref(object).cast_mut());
            }
        }
    }

    /// A writer that logs each store, and publishes it in the name of an object.
    fn observed(&mut self, publish: Option<&Object>) -> Writer<'_> {
        let observer = Observer { own: NonNull::from(self), publish: publish.map(NonNull::from) };
        Writer { observer: Some(observer), _borrow: PhantomData }
    }

    /// Gets the right to an object in the middle of an operation. As long as nothing has been done that beginning the
    /// instruction anew would repeat, others may take what they need meanwhile; if they do, the instruction begins anew. One that
    /// has done so [`RESTARTS`] times keeps what it has.
    ///
    /// # Safety
    /// `object` must be live and of a shape that has an owner.
    #[cold]
    #[inline(never)]
    pub unsafe fn wait_inside(&mut self, mutator: &mut Mutator, object: &Object, ask: Ask) {
        if self.is_doomed() {
            std::panic::resume_unwind(Box::new(Restart));
        }
        // The gate does not know what has been noted.
        if ask == Ask::Read && self.may_read(object) {
            return;
        }
        if stress::is_on(Mode::Dirty) && stress::random(2) == 0 {
            gate::set_dirty();
        }
        let losses = self.peer.losses();
        let holds = gate::is_dirty() || self.restarts >= RESTARTS;
        // A transaction keeps what it has used anyway, unless it is undone. One of the instruction alone does not know what that
        // has found before.
        let keeps = holds && self.in_transaction() && !self.instruction;
        let frozen = if self.instruction { self.restarts >= RESTARTS } else { holds && !keeps };
        let rest = if frozen { Rest::Frozen } else { Rest::Open };
        // SAFETY: handed on.
        let asked = unsafe { self.obtain(mutator, object, ask, rest) };
        // Who had to wait for the right to write may have read something else that depends on what has been written since.
        let stale = ask == Ask::Write && asked
            || self.peer.losses() != losses
            || !holds && stress::is_on(Mode::Restart) && stress::random(2) == 0;
        let lost = self.instruction && self.peer.losses() != losses;
        if self.is_doomed() || lost || !gate::is_dirty() && stale && !keeps {
            self.restarts += 1;
            std::panic::resume_unwind(Box::new(Restart));
        }
    }

    /// Gets the right to write an object that is going to be written with others as one. Nothing is given away meanwhile; if the
    /// wait is so long that something is, the instruction begins anew unless it has done something.
    ///
    /// # Safety
    /// `object` must be live and of a shape that has an owner.
    pub unsafe fn hold_inside(&mut self, mutator: &mut Mutator, object: &Object) {
        let losses = self.peer.losses();
        let keeps = self.in_transaction() && !self.instruction;
        let rest = if keeps { Rest::Open } else { Rest::Frozen };
        // SAFETY: handed on.
        unsafe { self.make_writable(mutator, object, rest) };
        let may_restart = !keeps && (self.instruction || !gate::is_dirty());
        if self.is_doomed() || may_restart && self.peer.losses() != losses {
            self.restarts += 1;
            std::panic::resume_unwind(Box::new(Restart));
        }
    }

    /// A writer for an object that this thread has just allocated and not yet shown to anyone.
    #[inline(always)]
    pub fn fresh(&mut self) -> Writer<'_> {
        Writer::PLAIN
    }

    /// Makes sure that the thread may read the object until its next safepoint. Waits for other threads; with [`Rest::Open`]
    /// that is a safepoint.
    ///
    /// # Safety
    /// `object` must be live.
    pub unsafe fn make_readable(&mut self, mutator: &mut Mutator, object: &Object, rest: Rest) {
        if !self.may_read(object) {
            // SAFETY: handed on.
            unsafe { self.obtain(mutator, object, Ask::Read, rest) };
        }
    }

    /// Makes sure that the thread may write the object until its next safepoint. Waits for other threads; with
    /// [`Rest::Open`] that is a safepoint.
    ///
    /// # Safety
    /// `object` must be live and of a shape that has an owner.
    pub unsafe fn make_writable(&mut self, mutator: &mut Mutator, object: &Object, rest: Rest) {
        if !self.is_mine(object.header.load()) {
            // SAFETY: handed on.
            unsafe { self.obtain(mutator, object, Ask::Write, rest) };
        }
    }

    /// Lets others act in the thread's name while it is at rest. From here on this must stay where it is.
    pub fn show(&mut self) {
        let own: *mut Ownership = self;
        self.peer.show(own);
    }

    /// The thread ends: what it owns is anyone's.
    pub fn leave(&mut self, mutator: &mut Mutator) {
        self.readmit_others();
        mutator.finish();
        self.peer.leave();
        mutator.leave();
        gate::remove();
    }

    /// Forks the process; what `fork` returns. The child has this thread only; there `ended` is called with the nursery of each
    /// other one and the objects that it kept alive by itself.
    pub fn fork(
        &mut self,
        mutator: &mut Mutator,
        fork: impl FnOnce() -> i32,
        ended: impl FnMut(*mut Mutator, Vec<*mut Object>),
    ) -> i32 {
        let me = self.peer;
        world::fork(mutator.seat, || crate::peer::fork(me, fork), ended)
    }

    /// Stops all other threads for good. They end as others see them, and their open transactions are undone.
    pub fn hang_others(&mut self, mutator: &mut Mutator) {
        let me = self.peer;
        // SAFETY: the others stand still.
        world::hang_others(mutator.seat, || unsafe { crate::peer::forget_others(me) });
    }

    /// Waits at a safepoint.
    pub fn rest<R>(&mut self, mutator: &mut Mutator, wait: impl FnOnce() -> R) -> R {
        let seat = mutator.seat;
        self.readmit_others();
        self.peer.clear_grant();
        self.give_back(mutator);
        let result = seat.at_rest(Rest::Open, wait);
        self.pause(mutator);
        result
    }
}
