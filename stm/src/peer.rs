//! What threads know of each other, and how they ask for objects.
//!
//! A thread that needs an object of another one leaves a [`Request`] and waits. The owner answers at its next safepoint
//! ([`serve`]); if it is at rest, the asking thread takes it and answers in its name. Before anyone writes a shared object all
//! other threads must have passed a safepoint or be at rest ([`Ask::Fence`]): they may be in the middle of reading it.

use std::{
    sync::atomic::{
        AtomicBool, AtomicU64,
        Ordering::{Acquire, Relaxed, Release},
    },
    thread::Thread,
};

use parking_lot::{Mutex, RwLock};
use pystm_gc::{Mutator, Object, Seat};

use crate::{Token, handover};

/// Bit of [`Mutator::poll`]: another thread has asked for something.
pub const POLL_REQUEST: u32 = 1 << 3;

/// A thread as others see it. Never freed.
pub struct Peer {
    /// Where it stands.
    pub seat: &'static Seat,
    /// Its mark in headers.
    pub token: Token,
    /// It has ended: its objects are anyone's.
    pub gone: AtomicBool,
    inbox: Mutex<Vec<Request>>,
    /// How often it has answered what was in the inbox.
    served: AtomicU64,
    /// How often another thread has got an object from it, or the right to write one.
    taken: AtomicU64,
    thread: Thread,
}

/// What another thread wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    /// To read the object.
    Read,
    /// To write it.
    Write,
    /// To know that nobody is in the middle of reading it.
    Fence,
}

/// A wish for an object.
#[derive(Clone, Copy)]
pub struct Request {
    /// The object, which the asking thread keeps alive.
    pub object: *const Object,
    /// What for.
    pub ask: Ask,
    /// Who asks.
    pub from: &'static Peer,
}

// SAFETY: the object stays alive as long as the request is in an inbox; headers are atomics.
unsafe impl Send for Request {}

static PEERS: RwLock<Vec<&'static Peer>> = RwLock::new(Vec::new());

impl Peer {
    /// Makes the calling thread known. `None` if there have been too many threads.
    pub fn enter(seat: &'static Seat) -> Option<&'static Peer> {
        let token = Token::fresh()?;
        let peer: &'static Peer = Box::leak(Box::new(Peer {
            seat,
            token,
            gone: AtomicBool::new(false),
            inbox: Mutex::new(Vec::new()),
            served: AtomicU64::new(0),
            taken: AtomicU64::new(0),
            thread: std::thread::current(),
        }));
        token.register(peer);
        PEERS.write().push(peer);
        Some(peer)
    }

    /// The thread has ended.
    pub fn leave(&'static self) {
        PEERS.write().retain(|p| !std::ptr::eq(*p, self));
        // Release: pairs with the Acquire of `is_gone`: whoever takes an object sees all that was done to it.
        self.gone.store(true, Release);
        for request in std::mem::take(&mut *self.inbox.lock()) {
            request.from.wake();
        }
    }

    /// Whether the thread has ended.
    pub fn is_gone(&self) -> bool {
        // Acquire: pairs with the Release of `leave`.
        self.gone.load(Acquire)
    }

    /// Leaves a request; how often the thread has answered so far.
    pub(crate) fn ask(&self, request: Request) -> u64 {
        let before = {
            let mut inbox = self.inbox.lock();
            inbox.push(request);
            // Relaxed: written under the lock, too.
            self.served.load(Relaxed)
        };
        self.seat.signal(POLL_REQUEST);
        before
    }

    /// Takes back what `from` has asked for.
    pub(crate) fn withdraw(&self, from: &'static Peer) {
        self.inbox.lock().retain(|r| !std::ptr::eq(r.from, from));
    }

    /// Whether the thread has answered since.
    pub(crate) fn has_served(&self, before: u64) -> bool {
        // Acquire: pairs with the Release of `serve`.
        self.served.load(Acquire) > before
    }

    /// Ends a wait of this thread early.
    pub fn wake(&self) {
        self.thread.unpark();
    }

    /// Notes that another thread, which has taken this one, got an object from it or the right to write one.
    pub(crate) fn note_loss(&self) {
        // Relaxed: ordered by the status of the seat.
        self.taken.fetch_add(1, Relaxed);
    }

    /// How many objects others have taken so far.
    pub fn losses(&self) -> u64 {
        // Relaxed: ordered by the status of the seat.
        self.taken.load(Relaxed)
    }
}

/// All other threads.
pub(crate) fn others(me: &'static Peer) -> Vec<&'static Peer> {
    PEERS.read().iter().copied().filter(|p| !std::ptr::eq(*p, me)).collect()
}

/// Answers all requests. Called by the thread itself at a safepoint.
pub fn serve(me: &'static Peer, mutator: &mut Mutator) {
    loop {
        let requests = std::mem::take(&mut *me.inbox.lock());
        if requests.is_empty() {
            return;
        }
        for request in &requests {
            if request.ask != Ask::Fence {
                // SAFETY: the asking thread keeps the object alive until it has the answer or withdraws.
                unsafe { handover::give(me, mutator, request) };
            }
        }
        {
            let _inbox = me.inbox.lock();
            // Release: pairs with the Acquire of `has_served`.
            me.served.fetch_add(1, Release);
        }
        for request in &requests {
            request.from.wake();
        }
    }
}
