//! The object header: `shape:32 | owner:24 | flags:8`.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use crate::{layout::ShapeId, sync::AtomicU64};

/// Flag: marked by a collection and not in the remembered set. Writers must go through the barrier.
pub const OLD: u64 = 1 << 0;

/// Flag: the object's whole state has been logged by the open transaction of its owner, or it was made in it.
pub const LOGGED: u64 = 1 << 1;

/// All flag bits. Besides those here the crate `stm` has bits 2, 3 and 5 (`PENDING`, `WRITTEN`, `DIVIDED`), and the interpreter
/// bit 4 (`GUARDED`).
pub const FLAGS: u64 = 0xff;

/// The owner field, in place.
pub const OWNER_MASK: u64 = 0xff_ffff << 8;

/// The shape's number in a header word.
#[inline(always)]
pub fn shape_of(word: u64) -> ShapeId {
    ShapeId((word >> 32) as u32)
}

/// First word of every heap object.
///
/// Only the owner writes the header of an owned object, or who acts in its name, so plain stores suffice: another thread that
/// reads it sees either value and, finding itself not to be the owner, goes to the cold path.
#[repr(transparent)]
pub struct Header(AtomicU64);

impl Header {
    /// The word.
    #[inline(always)]
    pub fn load(&self) -> u64 {
        // Acquire: pairs with the Release of `store`, by which an object gets an owner that lets others read it.
        self.0.load(Acquire)
    }

    /// Replaces the word. Only the owner may call this.
    #[inline(always)]
    pub fn store(&self, word: u64) {
        // Release: pairs with the Acquire of `load`.
        self.0.store(word, Release);
    }

    /// Replaces the word if it is still `old`. For an object without an owner.
    #[inline]
    pub fn replace(&self, old: u64, new: u64) -> bool {
        // AcqRel: as for `load` and `store`. Relaxed: nothing was learned.
        self.0.compare_exchange(old, new, AcqRel, Relaxed).is_ok()
    }

    /// The shape's number.
    #[inline(always)]
    pub fn shape(&self) -> ShapeId {
        shape_of(self.load())
    }

    /// Replaces the shape, keeping owner and flags. Only the owner may call this.
    #[inline(always)]
    pub fn set_shape(&self, shape: ShapeId) {
        self.store(self.load() & 0xffff_ffff | (shape.0 as u64) << 32);
    }

    /// Sets flag bits.
    #[inline(always)]
    pub fn set_flags(&self, flags: u64) {
        self.store(self.load() | flags);
    }

    /// Clears flag bits.
    #[inline(always)]
    pub fn clear_flags(&self, flags: u64) {
        self.store(self.load() & !flags);
    }
}

/// Any heap object: its header, followed by a body that its layout describes.
#[repr(C)]
pub struct Object {
    /// The header word.
    pub header: Header,
}

impl Object {
    /// Body words as the layout numbers them (word 0 is the header).
    ///
    /// # Safety
    /// `index` must lie inside the object.
    #[inline(always)]
    pub unsafe fn word(&self, index: usize) -> &AtomicU64 {
        // SAFETY: the caller keeps the index inside the object, whose words are all 8-byte aligned and only ever
        // accessed as atomics while shared.
        unsafe { &*(self as *const Object as *const AtomicU64).add(index) }
    }
}
