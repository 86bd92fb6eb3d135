//! What threads know of each other, and how they ask for objects.
//!
//! A thread that needs an object of another one leaves a [`Request`] and waits. The owner answers at its next safepoint
//! ([`Ownership::serve`]); if it is at rest, the asking thread takes it and answers in its name. Before anyone writes a shared
//! object all other threads must have passed a safepoint or be at rest ([`Ask::Fence`]): they may be in the middle of reading
//! it. What an older transaction needs is answered when that has ended.

use std::sync::{
    Arc, OnceLock,
    atomic::Ordering::{Acquire, Relaxed, Release},
};

use pystm_gc::{
    Mutator, Object, Seat,
    sync::{self, AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Mutex, RwLock, Thread},
};

use crate::{
    Ownership, Token,
    events::{self, Conflict, Events, Host, Place, What},
};

/// Bit of [`Mutator::poll`]: another thread has asked for something.
pub const POLL_REQUEST: u32 = 1 << 3;
/// Bit of [`Mutator::poll`]: the open transaction has been undone.
pub const POLL_DOOMED: u32 = 1 << 4;

/// A thread as others see it. Never freed.
pub struct Peer {
    /// Where it stands.
    pub seat: &'static Seat,
    /// Its mark in headers.
    pub token: Token,
    /// It has ended: its objects are anyone's.
    gone: AtomicBool,
    /// Its state of ownership; null until it is known to others and when it has ended.
    own: AtomicPtr<Ownership>,
    inbox: Mutex<Inbox>,
    /// Its open transaction has been undone.
    doomed: AtomicBool,
    /// Number of its last fence.
    fences: AtomicU64,
    /// Address of the object that it has got and not used yet, or 0.
    granted: AtomicUsize,
    /// How often another thread has got an object from it, or the right to write one.
    taken: AtomicU64,
    /// How often it has answered or put off requests: who waits for that need not look into the inbox before.
    news: AtomicU64,
    /// Whose request that was last, as an address, which is odd if it has been put off.
    last: AtomicUsize,
    thread: Thread,
    /// What it tells of itself.
    pub events: Arc<Events>,
    host: OnceLock<HostRef>,
    /// The number of the thread that has answered its request last, and in the lower half its place.
    answered: AtomicU64,
    /// As `answered`, of one whose open transaction was in the way; 0 if there was none.
    refused: AtomicU64,
}

/// The host of a thread that has not ended.
struct HostRef(*const dyn Host);

// SAFETY: used by the thread itself, and by one that has taken it.
unsafe impl Send for HostRef {}
// SAFETY: as above.
unsafe impl Sync for HostRef {}

#[derive(Default)]
struct Inbox {
    requests: Vec<Request>,
    /// Those that wait for the end of the open transaction.
    deferred: Vec<Request>,
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

/// What has become of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// It has been granted, or there is nothing to grant any more.
    Yes,
    /// It waits for the end of a transaction.
    Later,
    /// The thread has not come to a safepoint yet.
    NotYet,
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
    /// When that thread's transaction, or else its wait, began.
    pub age: u64,
    /// Of a fence: its number among those of that thread.
    pub fence: u64,
    /// For the log: what of the object that thread wants.
    pub what: What,
    /// For the log: where it stands.
    pub place: Place,
}

// SAFETY: the object stays alive as long as the request is in an inbox; headers are atomics.
unsafe impl Send for Request {}

static PEERS: RwLock<Vec<&'static Peer>> = RwLock::new(Vec::new());

/// No thread is known: for another execution of a model.
#[cfg(feature = "model")]
pub(crate) fn begin() {
    PEERS.write().clear();
}

impl Peer {
    /// Makes the calling thread known. `None` if there have been too many threads.
    pub fn enter(seat: &'static Seat) -> Option<&'static Peer> {
        let name = if PEERS.read().is_empty() { "MainThread" } else { "thread" };
        let peer = Peer::make(seat, name, false)?;
        PEERS.write().push(peer);
        Some(peer)
    }

    /// A thread that has ended before it began.
    pub(crate) fn ended(seat: &'static Seat, name: &str) -> Option<&'static Peer> {
        Peer::make(seat, name, true)
    }

    fn make(seat: &'static Seat, name: &str, gone: bool) -> Option<&'static Peer> {
        let token = Token::fresh()?;
        let peer: &'static Peer = Box::leak(Box::new(Peer {
            seat,
            token,
            gone: AtomicBool::new(gone),
            own: AtomicPtr::new(std::ptr::null_mut()),
            inbox: Mutex::new(Inbox::default()),
            doomed: AtomicBool::new(false),
            fences: AtomicU64::new(0),
            granted: AtomicUsize::new(0),
            taken: AtomicU64::new(0),
            news: AtomicU64::new(0),
            last: AtomicUsize::new(0),
            thread: sync::current(),
            events: Events::start(name),
            host: OnceLock::new(),
            answered: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }));
        token.register(peer);
        Some(peer)
    }

    /// Lets others act in the thread's name while it is at rest.
    pub(crate) fn show(&self, own: *mut Ownership) {
        // Release: pairs with the Acquire of `own`.
        self.own.store(own, Release);
    }

    /// The thread's state of ownership, for the thread itself or one that has taken it.
    pub(crate) fn own(&self) -> *mut Ownership {
        // Acquire: pairs with the Release of `show`.
        self.own.load(Acquire)
    }

    /// Names what describes the thread for the log.
    ///
    /// # Safety
    /// `host` must live until [`Peer::leave`].
    pub unsafe fn set_host(&self, host: *const dyn Host) {
        let _ = self.host.set(HostRef(host));
    }

    /// What describes the thread for the log. Only for the thread itself and for one that has taken it.
    pub(crate) fn host(&self) -> &dyn Host {
        // SAFETY: `set_host` vouches for the pointer.
        unsafe { &*self.host.get().expect("a thread has a host").0 }
    }

    /// Where the thread stands, if there is a log. Only for the thread itself and for one that has taken it.
    pub fn place(&self) -> Place {
        if events::on() { self.events.place(self.host()) } else { Place::default() }
    }

    /// What of the object the thread wants, if there is a log. Only for the thread itself.
    pub(crate) fn what(&self, object: &Object) -> What {
        if events::on() { events::what(self.host(), object) } else { What::default() }
    }

    /// Notes on the thread that asks that this one, which stands here, grants what it asks for, or that its open transaction is
    /// in the way. Only for the thread itself and for one that has taken it.
    pub(crate) fn note_answer(&self, request: &Request, granted: bool) {
        let stand = u64::from(self.events.number()) << 32 | u64::from(self.place().0);
        let answer = if granted { &request.from.answered } else { &request.from.refused };
        // Relaxed: the thread that asks takes the inbox's lock before it looks, or has answered by itself.
        answer.store(stand, Relaxed);
    }

    /// Forgets who has answered.
    pub(crate) fn clear_answers(&self) {
        // Relaxed: see `note_answer`.
        self.answered.store(0, Relaxed);
        self.refused.store(0, Relaxed);
    }

    /// With whom the requests of this thread conflicted that have been answered since they were forgotten, and whether that
    /// thread's transaction was in the way. `None` if nobody has answered.
    pub(crate) fn answers(&self, what: What) -> Option<(Conflict, bool)> {
        // Relaxed: see `note_answer`.
        let (answered, refused) = (self.answered.load(Relaxed), self.refused.load(Relaxed));
        let stand = if refused != 0 { refused } else { answered };
        let conflict = Conflict { other: (stand >> 32) as u32, other_place: Place(stand as u32), what };
        (stand != 0).then_some((conflict, refused != 0))
    }

    /// The thread has ended.
    pub fn leave(&'static self) {
        self.events.end();
        PEERS.write().retain(|p| !std::ptr::eq(*p, self));
        self.show(std::ptr::null_mut());
        // Release: pairs with the Acquire of `is_gone`: whoever takes an object sees all that was done to it.
        self.gone.store(true, Release);
        let inbox = std::mem::take(&mut *self.inbox.lock());
        for request in inbox.requests.iter().chain(&inbox.deferred) {
            request.from.wake();
        }
    }

    /// Whether the thread has ended.
    pub fn is_gone(&self) -> bool {
        // Acquire: pairs with the Release of `leave`.
        self.gone.load(Acquire)
    }

    /// Leaves a request.
    pub(crate) fn ask(&self, request: Request) {
        self.inbox.lock().requests.push(request);
        self.seat.signal(POLL_REQUEST);
    }

    /// Takes back what `from` has asked for.
    pub(crate) fn withdraw(&self, from: &'static Peer) {
        let mut inbox = self.inbox.lock();
        inbox.requests.retain(|r| !std::ptr::eq(r.from, from));
        inbox.deferred.retain(|r| !std::ptr::eq(r.from, from));
    }

    /// Has the deferred requests answered at the thread's next safepoint.
    fn answer_deferred(&self) {
        let mut inbox = self.inbox.lock();
        if !inbox.deferred.is_empty() {
            let Inbox { requests, deferred } = &mut *inbox;
            requests.append(deferred);
            drop(inbox);
            self.seat.signal(POLL_REQUEST);
        }
    }

    /// What has become of the request of `from`, after the news with the number `before`, which was the last one when it asked or
    /// looked last. What has been granted need not be taken back.
    #[inline]
    pub(crate) fn answer_to(&self, from: &'static Peer, before: &mut u64) -> Answer {
        let news = self.news();
        if news == *before {
            return Answer::NotYet;
        }
        *before = news;
        let address = std::ptr::from_ref(from) as usize;
        // Relaxed: at least as new as the news.
        match self.last.load(Relaxed) {
            last if last == address => Answer::Yes,
            last if last == address | 1 => Answer::Later,
            _ => self.has_answered(from),
        }
    }

    /// What has become of the request of `from`.
    pub(crate) fn has_answered(&self, from: &'static Peer) -> Answer {
        let inbox = self.inbox.lock();
        let has = |list: &[Request]| list.iter().any(|r| std::ptr::eq(r.from, from));
        if has(&inbox.deferred) {
            Answer::Later
        } else if has(&inbox.requests) {
            Answer::NotYet
        } else {
            Answer::Yes
        }
    }

    /// Number of its last news.
    pub(crate) fn news(&self) -> u64 {
        // Acquire: pairs with the Release of `tell`: the inbox is what it was then, or later.
        self.news.load(Acquire)
    }

    /// It has answered the request of a thread or put it off. To be called with the inbox locked: who takes a request back
    /// is told nothing of it later.
    fn tell(&self, from: &'static Peer, answered: bool) {
        // Relaxed: ordered by the news.
        self.last.store(std::ptr::from_ref(from) as usize | usize::from(!answered), Relaxed);
        // Relaxed: only this thread changes it. Release: pairs with the Acquire of `news`.
        self.news.store(self.news.load(Relaxed) + 1, Release);
    }

    /// Notes which object the thread has got: nobody takes it away before the thread has run.
    pub(crate) fn grant(&self, object: *const Object) {
        // Relaxed: ordered by the seat's status and the inbox's lock, as `is_granted` and `clear_grant`.
        self.granted.store(object as usize, Relaxed);
    }

    /// Whether the thread has got the object and not had the time to use it.
    pub(crate) fn is_granted(&self, object: *const Object) -> bool {
        self.granted.load(Relaxed) == object as usize
    }

    /// The thread has used what it has got, or wants something else first.
    pub(crate) fn clear_grant(&self) {
        self.granted.store(0, Relaxed);
    }

    /// Begins a fence: its number. Before the object is marked as pending.
    pub(crate) fn begin_fence(&self) -> u64 {
        // Relaxed: the header of the pending object orders it.
        self.fences.fetch_add(1, Relaxed) + 1
    }

    /// Number of the last fence.
    pub(crate) fn last_fence(&self) -> u64 {
        // Relaxed: see `begin_fence`.
        self.fences.load(Relaxed)
    }

    /// Whether the thread's open transaction has been undone.
    pub(crate) fn is_doomed(&self) -> bool {
        // Acquire: pairs with the Release of `set_doomed`.
        self.doomed.load(Acquire)
    }

    pub(crate) fn set_doomed(&self, doomed: bool) {
        // Release: pairs with the Acquire of `is_doomed`.
        self.doomed.store(doomed, Release);
    }

    /// Ends a wait of this thread early.
    pub fn wake(&self) {
        self.thread.unpark();
    }

    /// Notes that another thread has got an object from it, or the right to write one.
    pub(crate) fn note_loss(&self) {
        // Relaxed: ordered by the status of the seat.
        self.taken.fetch_add(1, Relaxed);
    }

    /// How often another thread has got an object from it, or the right to write one.
    pub fn losses(&self) -> u64 {
        // Relaxed: ordered by the status of the seat.
        self.taken.load(Relaxed)
    }
}

/// Calls `fork`, which returns 0 in a child process: there the other threads have ended.
pub(crate) fn fork(me: &'static Peer, fork: impl FnOnce() -> i32) -> i32 {
    // Held for a moment by threads at rest, too: the child is to find both free.
    let (mut peers, mut inbox) = (PEERS.write(), me.inbox.lock());
    let process = fork();
    if process == 0 {
        *inbox = Inbox::default();
        // SAFETY: the others have been taken.
        unsafe { end_others(me, &mut peers) };
    }
    process
}

/// All other threads end as this one sees them.
///
/// # Safety
/// They must have been taken, and never run again.
pub(crate) unsafe fn forget_others(me: &'static Peer) {
    // SAFETY: handed on.
    unsafe { end_others(me, &mut PEERS.write()) };
}

/// # Safety
/// As for [`forget_others`].
unsafe fn end_others(me: &'static Peer, peers: &mut Vec<&'static Peer>) {
    for peer in peers.extract_if(.., |p| !std::ptr::eq(*p, me)) {
        // SAFETY: the thread has been taken.
        if let Some(own) = unsafe { peer.own().as_mut() } {
            own.abandon();
        }
        peer.show(std::ptr::null_mut());
        // Release: pairs with the Acquire of `is_gone`.
        peer.gone.store(true, Release);
    }
}

/// All other threads.
pub(crate) fn others(me: &'static Peer) -> Vec<&'static Peer> {
    PEERS.read().iter().copied().filter(|p| !std::ptr::eq(*p, me)).collect()
}

impl Ownership {
    /// Has the deferred requests answered at the thread's next safepoint.
    #[inline]
    pub(crate) fn answer_deferred(&mut self) {
        if std::mem::take(&mut self.has_deferred) {
            self.peer.answer_deferred();
        }
    }

    /// Answers all requests. Called by the thread itself at a safepoint.
    pub fn serve(&mut self, mutator: &mut Mutator) {
        let me = self.peer;
        me.clear_grant();
        if !self.in_transaction() {
            self.readmit_others();
        }
        self.give_back(mutator);
        // Requests stay in the inbox until they are answered, so that they can be withdrawn.
        loop {
            let mut inbox = me.inbox.lock();
            let Some(request) = inbox.requests.pop() else { return };
            // SAFETY: the asking thread keeps the object alive until it has the answer or withdraws, for which it needs the
            // inbox.
            let answered = unsafe { self.respond(mutator, &request) };
            if !answered {
                inbox.deferred.push(request);
                self.has_deferred = true;
            }
            me.tell(request.from, answered);
            drop(inbox);
            if answered {
                request.from.wake();
            }
        }
    }
}
