//! The part of the value encoding that the collector must know: which words are pointers.

use crate::Object;

/// Low three bits of a heap pointer.
pub const POINTER_TAG: u64 = 0b001;

/// Low three bits of a pointer to an object that holds a value in its container's place, and is none itself.
pub const HOLDER_TAG: u64 = 0b111;

/// Mask of the tag bits.
pub const TAG_MASK: u64 = 0b111;

/// Whether the word is a tagged heap pointer.
#[inline(always)]
pub fn is_pointer(word: u64) -> bool {
    word & TAG_MASK == POINTER_TAG
}

/// The holder that the word leads to, if it leads to one.
#[inline(always)]
pub fn holder(word: u64) -> Option<*mut Object> {
    (word & TAG_MASK == HOLDER_TAG).then(|| (word - HOLDER_TAG) as *mut Object)
}

/// The word of a holder.
#[inline(always)]
pub fn from_holder(object: *const Object) -> u64 {
    object as u64 + HOLDER_TAG
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
