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
    Peer, Token, gate, obtain,
    peer::{self, Ask},
    token::{SHARED, TOUCHED},
};

/// What a thread compares headers with, and who it is for others.
#[repr(C)]
pub struct Ownership {
    /// What the owner field of an object that may be read is compared with, under `mask`.
    key: u64,
    /// The bits that count: shape and owner, without those that do not matter.
    mask: u64,
    /// Owner and flag bits of objects that need nothing before a write; new objects have them.
    write_token: u64,
    /// The thread for others.
    pub peer: &'static Peer,
    /// When which objects were lost lately.
    pub(crate) lost: obtain::Lost,
    /// Others may act in this thread's name while it waits: nothing of this is to be kept in registers over a call.
    _pinned: PhantomPinned,
}

/// The proof that one object may be written now. Dropped before anything that may reach a safepoint.
pub struct Writer<'a> {
    /// Whom to tell of each store, if anyone.
    observer: Option<NonNull<Mutator>>,
    _borrow: PhantomData<&'a mut Ownership>,
}

/// What unwinds the native stack to the instruction that must begin anew, because others have taken objects from it.
pub struct Restart;

impl Writer<'_> {
    const PLAIN: Self = Writer { observer: None, _borrow: PhantomData };

    /// Whether stores need nothing else.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.observer.is_none()
    }

    /// Makes what a word points to fit to be seen by all threads, for it will be with the store.
    #[cold]
    #[inline(never)]
    pub(crate) fn publish(&self, value: u64) {
        if let (Some(mut mutator), true) = (self.observer, word::is_pointer(value)) {
            // SAFETY: the writer borrows the thread whose nursery this is.
            unsafe { mutator.as_mut().publish(word::to_object(value)) };
        }
    }

    /// Prepares a store that goes past the slots, of these words.
    #[inline(always)]
    pub fn before_bulk(&self, words: &[u64]) {
        if !self.is_plain() {
            words.iter().for_each(|&w| self.publish(w));
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
        mutator.owner_mask = header::OWNER_MASK & !TOUCHED;
        mutator.owner = token.bits();
        let mask = !(token.bits() | SHARED.bits() | header::FLAGS);
        gate::set(0, mask & header::OWNER_MASK);
        Ownership {
            key: 0,
            mask,
            write_token: token.bits(),
            peer,
            lost: obtain::Lost::default(),
            _pinned: PhantomPinned,
        }
    }

    /// Header of a new object of this shape.
    #[inline(always)]
    pub fn new_header(&self, shape: ShapeId) -> u64 {
        (shape.0 as u64) << 32 | self.write_token
    }

    /// One test: the object has this shape and may be read by this thread.
    #[inline(always)]
    pub fn owns_with_shape(&self, object: &Object, shape: ShapeId) -> bool {
        (object.header.load() ^ ((shape.0 as u64) << 32 | self.key)) & self.mask == 0
    }

    /// One test: the object may be read by this thread.
    #[inline(always)]
    pub fn may_read(&self, object: &Object) -> bool {
        (object.header.load() ^ self.key) & self.mask & header::OWNER_MASK == 0
    }

    /// One compare: the object has this shape and can be written without further ado.
    #[inline(always)]
    pub fn writer_with_shape(&mut self, object: &Object, shape: ShapeId) -> Option<Writer<'_>> {
        (object.header.load() == ((shape.0 as u64) << 32 | self.write_token)).then_some(Writer::PLAIN)
    }

    /// One compare: the object can be written without further ado.
    #[inline(always)]
    pub fn quick_writer(&mut self, object: &Object) -> Option<Writer<'_>> {
        (object.header.load() as u32 as u64 == self.write_token).then_some(Writer::PLAIN)
    }

    /// A writer for an object of any shape; goes through the barrier if it must.
    ///
    /// # Safety
    /// `object` must be a live mutable object.
    #[inline(always)]
    pub unsafe fn writer(&mut self, mutator: &mut Mutator, object: &Object) -> Writer<'_> {
        if object.header.load() as u32 as u64 != self.write_token {
            // SAFETY: the caller vouches for the object.
            return unsafe { self.acquire(mutator, object) };
        }
        gate::set_dirty();
        Writer::PLAIN
    }

    /// The cold path of a write.
    ///
    /// # Safety
    /// `object` must be a live mutable object.
    #[cold]
    #[inline(never)]
    unsafe fn acquire(&mut self, mutator: &mut Mutator, object: &Object) -> Writer<'_> {
        // SAFETY: the object is live and has a shape.
        let access = unsafe { layout::head_of(object.header.shape()).access };
        match access {
            Access::Public => {
                gate::set_dirty();
                if object.header.load() & header::OLD == 0 {
                    return Writer::PLAIN;
                }
                return Writer { observer: Some(NonNull::from(mutator)), _borrow: PhantomData };
            }
            Access::Part => {
                let header = object.header.load();
                if Token::of(header) != Some(self.peer.token) {
                    object.header.store(header & !header::OWNER_MASK | self.peer.token.bits());
                }
            }
            Access::Owned => {
                if Token::of(object.header.load()) != Some(self.peer.token) {
                    // SAFETY: the caller vouches for the object.
                    unsafe { self.wait_inside(mutator, object, Ask::Write) };
                }
            }
        }
        gate::set_dirty();
        // SAFETY: the object is live and ours.
        unsafe { barrier::remember(mutator, object as *const Object as *mut Object) };
        Writer::PLAIN
    }

    /// Gets the right to an object in the middle of an operation. As long as nothing has been done that beginning the
    /// instruction anew would repeat, others may take what they need meanwhile; if they do, the instruction begins anew.
    ///
    /// # Safety
    /// `object` must be live and of a shape that has an owner.
    #[cold]
    #[inline(never)]
    pub unsafe fn wait_inside(&mut self, mutator: &mut Mutator, object: &Object, ask: Ask) {
        let losses = self.peer.losses();
        let rest = if gate::is_dirty() { Rest::Frozen } else { Rest::Open };
        // SAFETY: handed on.
        unsafe { self.obtain(mutator, object, ask, rest) };
        if !gate::is_dirty() && self.peer.losses() != losses {
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
        if Token::of(object.header.load()) != Some(self.peer.token) {
            // SAFETY: handed on.
            unsafe { self.obtain(mutator, object, Ask::Write, rest) };
        }
    }

    /// Answers other threads, for which the calling one is at a safepoint.
    pub fn serve(&mut self, mutator: &mut Mutator) {
        peer::serve(self.peer, mutator);
    }

    /// Shares what a new thread will need with it and everybody.
    ///
    /// # Safety
    /// `object` must be live.
    pub unsafe fn share(&mut self, mutator: &mut Mutator, object: &Object) {
        // SAFETY: handed on; the thread is the calling one.
        unsafe { crate::handover::share(self.peer, mutator, object) };
    }

    /// The thread ends: what it owns is anyone's.
    pub fn leave(&mut self, mutator: &mut Mutator) {
        mutator.finish();
        self.peer.leave();
        mutator.leave();
        gate::remove();
    }

    /// Waits at a safepoint.
    pub fn rest<R>(&mut self, mutator: &mut Mutator, wait: impl FnOnce() -> R) -> R {
        let seat = mutator.seat;
        let result = seat.at_rest(Rest::Open, wait);
        world::pause(seat, Rest::Open);
        result
    }
}
