//! Thread tokens: the owner field of the header.
//!
//! | bits of the field | meaning |
//! |---|---|
//! | 0-21 | the thread: eleven of these bits are set, a different choice for each thread; none for a shared object |
//! | 22 | the open transaction of that thread has touched the object |
//! | 23 | shared; with bit 22 free |
//!
//! No thread's bits are part of another's, so that one test with a mask says "mine or shared": nothing is set but bits of mine
//! and bit 23.

use std::sync::atomic::Ordering;

use pystm_gc::{
    space,
    sync::{AtomicPtr, Mutex},
};

use crate::Peer;

/// Identity of a thread as an owner, already shifted into the place of the header's owner field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token(u64);

/// Distance of the field from the header's lowest bit.
const SHIFT: u32 = 8;
/// Bits that name the thread.
const THREAD: u32 = 22;
const THREAD_MASK: u64 = ((1 << THREAD) - 1) << SHIFT;
/// Bit of the header: touched by the open transaction of its owner.
pub const TOUCHED: u64 = 1 << (THREAD + SHIFT);
/// Owner of contended objects that nobody uses: whoever takes one has it alone until its next safepoint, or until its transaction
/// ends.
pub const FREE: u64 = 1 << (THREAD + 1 + SHIFT) | TOUCHED;
/// Owner of objects that belong to no thread: read by everyone, written by no one.
pub const SHARED: Token = Token(1 << (THREAD + 1 + SHIFT));

/// The first choice of eleven bits, and then each time the next larger one.
static NEXT: Mutex<u64> = Mutex::new((1 << (THREAD / 2)) - 1);
/// Who has a token, by its thread bits.
static PEERS: AtomicPtr<AtomicPtr<Peer>> = AtomicPtr::new(std::ptr::null_mut());

/// No token has been given out: for another execution of a model.
#[cfg(feature = "model")]
pub(crate) fn begin() {
    *NEXT.lock() = (1 << (THREAD / 2)) - 1;
}

impl Token {
    /// A token that no other thread has or has had; `None` after 705,432 threads.
    pub fn fresh() -> Option<Token> {
        let mut next = NEXT.lock();
        let bits = *next;
        if bits >> THREAD != 0 {
            return None;
        }
        // The next larger number with as many bits (Gosper, HAKMEM 175).
        let low = bits & bits.wrapping_neg();
        let ripple = bits + low;
        *next = ripple | (((bits ^ ripple) >> 2) / low);
        if PEERS.load(Ordering::Relaxed).is_null() {
            let bytes = size_of::<AtomicPtr<Peer>>() << THREAD;
            let table = space::reserve(bytes).expect("address space for thread tokens").as_ptr();
            // Release: pairs with the Acquire of `entry`.
            PEERS.store(table as *mut AtomicPtr<Peer>, Ordering::Release);
        }
        Some(Token(bits << SHIFT))
    }

    /// The owner in a header word; `None` if it is shared or free.
    #[inline]
    pub fn of(header: u64) -> Option<Token> {
        match header & THREAD_MASK {
            0 => None,
            bits => Some(Token(bits)),
        }
    }

    /// The header bits.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    fn entry(self) -> &'static AtomicPtr<Peer> {
        // Acquire: pairs with the Release of `fresh`.
        let table = PEERS.load(Ordering::Acquire);
        // SAFETY: the table, which exists since there is a token, has an entry for all thread bits.
        unsafe { &*table.add((self.0 >> SHIFT) as usize) }
    }

    /// Notes who has the token.
    pub(crate) fn register(self, peer: &'static Peer) {
        // Release: pairs with the Acquire of `peer`.
        self.entry().store(peer as *const Peer as *mut Peer, Ordering::Release);
    }

    /// Who has the token.
    pub(crate) fn peer(self) -> &'static Peer {
        // Acquire: pairs with the Release of `register`. SAFETY: peers are never freed; a token in a header is registered.
        unsafe { &*self.entry().load(Ordering::Acquire) }
    }
}
