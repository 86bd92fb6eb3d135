//! The part of the value encoding that the collector must know: which words are pointers.

use crate::Object;

/// Low three bits of a heap pointer.
pub const POINTER_TAG: u64 = 0b001;

/// Mask of the tag bits.
pub const TAG_MASK: u64 = 0b111;

/// Whether the word is a tagged heap pointer.
#[inline(always)]
pub fn is_pointer(word: u64) -> bool {
    word & TAG_MASK == POINTER_TAG
}

/// The object that a tagged pointer word points to. Meaningless for other words.
#[inline(always)]
pub fn to_object(word: u64) -> *mut Object {
    (word - POINTER_TAG) as *mut Object
}

/// The tagged word of an object.
#[inline(always)]
pub fn from_object(object: *const Object) -> u64 {
    object as u64 + POINTER_TAG
}
