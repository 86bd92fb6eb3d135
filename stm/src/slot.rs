//! One mutable word of a heap object.

use std::{marker::PhantomData, sync::atomic::Ordering};

use pystm_gc::sync::AtomicU64;

use crate::Writer;

/// Something that fits into a word.
pub trait Word: Copy {
    /// The word may be a tagged pointer to an object.
    const POINTS: bool = false;
    /// The word.
    fn to_word(self) -> u64;
    /// Back from the word.
    fn from_word(word: u64) -> Self;
}

impl Word for u64 {
    #[inline(always)]
    fn to_word(self) -> u64 {
        self
    }
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        word
    }
}

impl Word for usize {
    #[inline(always)]
    fn to_word(self) -> u64 {
        self as u64
    }
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        word as usize
    }
}

/// A word of a mutable object. Whoever may see the object may read it; writing takes a [`Writer`].
///
/// ```compile_fail
/// // A store without the proof that the barrier hands out does not compile.
/// let slot = pystm_stm::Slot::<u64>::new(1);
/// slot.set(2);
/// ```
#[repr(transparent)]
pub struct Slot<T>(AtomicU64, PhantomData<T>);

// SAFETY: the word is atomic, and values are plain words.
unsafe impl<T> Send for Slot<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Slot<T> {}

impl<T> Slot<T> {
    /// A slot that holds this word; for constant initialisers.
    #[inline(always)]
    pub const fn from_word(word: u64) -> Slot<T> {
        Slot(AtomicU64::new(word), PhantomData)
    }
}

impl<T: Word> Slot<T> {
    /// A slot with its first value, for the body of a new object.
    #[inline(always)]
    pub fn new(value: T) -> Slot<T> {
        Slot(AtomicU64::new(value.to_word()), PhantomData)
    }

    /// The value.
    #[inline(always)]
    pub fn get(&self) -> T {
        // Acquire: pairs with the Release of `set`, so that whoever finds a pointer finds the object initialised.
        T::from_word(self.0.load(Ordering::Acquire))
    }

    /// Replaces the value of a slot in an object that the writer was handed out for.
    #[inline(always)]
    pub fn set(&self, proof: &Writer<'_>, value: T) {
        if let Some(observer) = proof.observer() {
            observer.note(self.0.as_ptr(), value.to_word(), T::POINTS);
        }
        // Release: pairs with the Acquire of `get`.
        self.0.store(value.to_word(), Ordering::Release);
    }

    /// Sets the value of a cache, which any thread may fill or empty at any time.
    #[inline(always)]
    pub fn cache(&self, value: T) {
        // Release: pairs with the Acquire of `get`.
        self.0.store(value.to_word(), Ordering::Release);
    }

    /// Fills a cache that is still empty; what it holds then.
    pub fn fill(&self, empty: T, value: T) -> T {
        // AcqRel: pairs with the Acquire of `get`, and as that with whoever has filled it.
        match self.0.compare_exchange(empty.to_word(), value.to_word(), Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => value,
            Err(found) => T::from_word(found),
        }
    }

    /// Sets the value in an object that no other thread has seen and that has not survived a collection.
    #[inline(always)]
    pub fn init(&self, value: T) {
        // Relaxed: publication of the object itself orders this store.
        self.0.store(value.to_word(), Ordering::Relaxed);
    }
}
