//! Thread tokens: the owner field of the header.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Identity of a thread as an owner, already shifted into the place of the header's owner field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token(u64);

/// Owner of objects that belong to no thread: read by everyone, written under the version lock.
pub const SHARED: Token = Token(0);

static NEXT: AtomicU32 = AtomicU32::new(1);

impl Token {
    /// A token that no other thread has.
    ///
    /// # Panics
    /// After 2^24 - 1 threads.
    pub fn fresh() -> Token {
        // Relaxed: only uniqueness matters.
        let n = NEXT.fetch_add(1, Relaxed);
        assert!(n < 1 << 24, "out of thread tokens");
        Token((n as u64) << 8)
    }

    /// The header bits.
    #[inline(always)]
    pub fn bits(self) -> u64 {
        self.0
    }
}
