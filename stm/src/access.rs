//! The fast path of reads and writes, and the cold path's entry points.

use std::marker::PhantomData;

use pystm_gc::{Mutator, Object, ShapeId, barrier, header};

use crate::Token;

/// What a thread compares headers with.
#[repr(C)]
pub struct Ownership {
    /// Owner bits of this thread's objects.
    read_token: u64,
    /// Owner and flag bits of objects that need nothing before a write.
    write_token: u64,
}

/// The proof that one object may be written now. Dropped before anything that may reach a safepoint.
pub struct Writer<'a>(PhantomData<&'a mut Ownership>);

impl Ownership {
    /// Ownership for a new thread.
    pub fn new(token: Token) -> Ownership {
        Ownership { read_token: token.bits(), write_token: token.bits() }
    }

    /// Header of a new object of this shape.
    #[inline(always)]
    pub fn new_header(&self, shape: ShapeId) -> u64 {
        (shape.0 as u64) << 32 | self.write_token
    }

    /// One compare: the object has this shape and belongs to this thread.
    #[inline(always)]
    pub fn owns_with_shape(&self, object: &Object, shape: ShapeId) -> bool {
        object.header.load() ^ ((shape.0 as u64) << 32 | self.read_token) <= header::FLAGS
    }

    /// One compare: the object has this shape and can be written without further ado.
    #[inline(always)]
    pub fn writer_with_shape(&mut self, object: &Object, shape: ShapeId) -> Option<Writer<'_>> {
        (object.header.load() == ((shape.0 as u64) << 32 | self.write_token)).then_some(Writer(PhantomData))
    }

    /// A writer for an object of any shape; goes through the barrier if it must.
    ///
    /// # Safety
    /// `object` must be a live mutable object.
    #[inline(always)]
    pub unsafe fn writer(&mut self, mutator: &mut Mutator, object: &Object) -> Writer<'_> {
        if object.header.load() as u32 as u64 != self.write_token {
            // SAFETY: the caller vouches for the object.
            unsafe { self.acquire(mutator, object) };
        }
        Writer(PhantomData)
    }

    /// The cold path of a write: makes the object's header agree with the write token.
    ///
    /// # Safety
    /// `object` must be a live mutable object.
    #[cold]
    #[inline(never)]
    pub unsafe fn acquire(&mut self, mutator: &mut Mutator, object: &Object) {
        debug_assert_eq!(
            object.header.load() & header::OWNER_MASK,
            self.read_token,
            "one thread owns everything"
        );
        // SAFETY: the object is live and ours.
        unsafe { barrier::remember(mutator, object as *const Object as *mut Object) };
    }

    /// A writer for an object that this thread has just allocated and not yet shown to anyone.
    #[inline(always)]
    pub fn fresh(&mut self) -> Writer<'_> {
        Writer(PhantomData)
    }
}
