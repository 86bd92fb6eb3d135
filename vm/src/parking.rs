//! Waiting for other threads.
//!
//! Who waits for a condition that another thread makes true may look at it for a short time, since falling asleep and waking up
//! take longer than many answers. Then it joins the condition's [`WaitQueue`], looks once more and parks; who has
//! made the condition true wakes one or all of the queue. No wakeup is lost: the waiter counts itself before its last look and
//! the waker changes the condition before it looks at the count, all in one order (SeqCst), so that one of the two sees the
//! other. A woken thread has nothing in hand but a reason to look again; whoever comes by first may take what it was woken for,
//! and then wakes the next when it gives that back. Of those that wait for a lock, one at a time is on its way
//! ([`WaitQueue::wake_next`]).
//!
//! Waits run in [`Thread::blocking`]. A signal ends the main thread's wait at once: the handler unparks it, and its Python
//! handlers run before it parks again.

use std::{
    collections::VecDeque,
    hint::spin_loop,
    sync::{
        Arc,
        atomic::{
            AtomicI64, AtomicU32, AtomicU64, AtomicUsize,
            Ordering::{Acquire, Relaxed, Release, SeqCst},
        },
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use pystm_stm::Restore;

use crate::{
    error::PyResult,
    interp::safepoint::{self, POLL_SIGNAL},
    signals,
    thread::Thread,
};

/// Identifier of the calling thread, as `threading.get_ident()` has it; never 0.
pub fn ident() -> i64 {
    // SAFETY: a plain library call that cannot fail.
    unsafe { libc::pthread_self() as i64 }
}

/// The time so many seconds from now; `None` if that is beyond all times.
pub fn after(wait: Duration) -> Option<Instant> {
    Instant::now().checked_add(wait)
}

/// How long to look before falling asleep, where another thread is likely to do what is waited for in answer to what this one has
/// done. For a lock that another thread uses it is better to sleep at once: meanwhile that thread takes it again and again without
/// losing it and what it protects.
pub const ANSWER: Duration = Duration::from_micros(20);
/// Looks between two at the clock.
const LOOKS: u32 = 16;
/// Who gives way to others while it looks, and gets the processor back later than this, has lost it to somebody who has nothing to do
/// with what it waits for: a thread that sleeps gets it back sooner.
const LOSS: Duration = Duration::from_micros(200);
/// So many waits of a thread that has lost its processor fall asleep at once.
const WAITS_AFTER_LOSS: u32 = 1000;

const NOTHING: u32 = 0;
const PARKED: u32 = 1;
const UNPARKED: u32 = 2;

/// Where one thread sleeps. Unlike the standard library's, it may be woken in a signal handler.
#[derive(Default)]
pub(crate) struct Parker(AtomicU32);

impl Parker {
    /// Sleeps until [`Parker::unpark`], which may have come before; not beyond the deadline. May also end for no reason.
    fn park(&self, deadline: Option<Instant>) {
        // Acquire: pairs with the Release of `unpark`, here and below.
        if self.0.compare_exchange(NOTHING, PARKED, Acquire, Acquire).is_ok() {
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            let time = left.map(|left| libc::timespec {
                tv_sec: left.as_secs().try_into().unwrap_or(libc::time_t::MAX),
                tv_nsec: left.subsec_nanos().into(),
            });
            let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
            // SAFETY: word and time live as long as the call.
            unsafe {
                let operation = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
                libc::syscall(libc::SYS_futex, self.0.as_ptr(), operation, PARKED, time)
            };
        }
        self.0.swap(NOTHING, Acquire);
    }

    /// Wakes the thread, or keeps it from its next sleep. Only an atomic and a system call: allowed in a signal handler.
    pub(crate) fn unpark(&self) {
        // Release: who is woken sees what happened before.
        if self.0.swap(UNPARKED, Release) == PARKED {
            // SAFETY: the word lives as long as the call.
            unsafe {
                let operation = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
                libc::syscall(libc::SYS_futex, self.0.as_ptr(), operation, 1)
            };
        }
    }
}

/// The threads that wait for a condition.
#[derive(Default)]
pub struct WaitQueue {
    /// Threads in the queue, and one that is about to join it.
    sleepers: AtomicUsize,
    /// Those that sleep, or are about to, in the order in which they are woken.
    parked: Mutex<VecDeque<Parked>>,
    /// Whether a thread that [`WaitQueue::wake_next`] has woken has not looked yet: [`FORKS`] at that time and 1, or 0.
    on_its_way: AtomicU32,
}

/// A thread in a queue.
struct Parked {
    parker: Arc<Parker>,
    /// [`FORKS`] at that time.
    forks: u32,
}

impl Parked {
    /// Wakes the thread. False if it exists in the parent process only.
    fn wake(&self) -> bool {
        // Relaxed: this process's number has been the same since it began.
        let here = self.forks == FORKS.load(Relaxed);
        if here {
            self.parker.unpark();
        }
        here
    }
}

/// Number of forks between this process and the one that began as pystm.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// In a child process: queues may hold threads of the parent, which are not to be woken.
pub(crate) fn forget_other_threads() {
    // Relaxed: there is one thread.
    FORKS.fetch_add(1, Relaxed);
}

impl WaitQueue {
    /// A queue of nobody.
    pub const fn new() -> WaitQueue {
        WaitQueue {
            sleepers: AtomicUsize::new(0),
            parked: Mutex::new(VecDeque::new()),
            on_its_way: AtomicU32::new(0),
        }
    }

    /// Waits until `ready` gives something; `None` after the deadline. Falls asleep only if that takes longer than `patience`. On
    /// the main thread signals are handled meanwhile, and an exception of their handlers ends the wait. `ready` neither waits nor
    /// touches an object.
    pub fn wait<R>(
        &self,
        t: &mut Thread,
        deadline: Option<Instant>,
        mut patience: Duration,
        mut ready: impl FnMut() -> Option<R>,
    ) -> PyResult<Option<R>> {
        t.irrevocable();
        let mut parker = None;
        if t.waits_asleep > 0 && !patience.is_zero() {
            t.waits_asleep -= 1;
            patience = Duration::ZERO;
        }
        loop {
            let expired = deadline.is_some_and(|at| at <= Instant::now());
            let in_vain = patience.is_zero() || expired;
            let found = if in_vain {
                None
            } else {
                let (found, lost) = t.blocking(|| look_for(patience, &mut ready));
                t.waits_asleep = if lost { WAITS_AFTER_LOSS } else { 0 };
                found
            };
            if parker.is_some() {
                // SeqCst: before the last look, as the count of sleepers.
                self.on_its_way.store(0, SeqCst);
            }
            if found.is_some() {
                return Ok(found);
            }
            let to_park = {
                let mut parked = self.parked.lock();
                // SeqCst: pairs with `is_idle`, as the module says.
                self.sleepers.fetch_add(1, SeqCst);
                let found = ready();
                // Relaxed: a signal after this load has unparked us.
                let has_signals = t.mutator.poll.load(Relaxed) & POLL_SIGNAL != 0;
                if found.is_some() || expired || has_signals {
                    self.sleepers.fetch_sub(1, SeqCst);
                    if found.is_some() || expired {
                        return Ok(found);
                    }
                    None
                } else {
                    let parker = parker.get_or_insert_with(|| signals::parker(t));
                    // Relaxed: as in `Parked::wake`.
                    parked.push_back(Parked { parker: parker.clone(), forks: FORKS.load(Relaxed) });
                    Some(parker)
                }
            };
            if let Some(parker) = to_park {
                t.blocking(|| parker.park(deadline));
                // Still there after a wait that no waker ended.
                self.take_out(|parked| parked.retain(|p| !Arc::ptr_eq(&p.parker, parker)));
                patience = Duration::ZERO;
            } else {
                safepoint::poll(t)?;
            }
        }
    }

    /// Changes the queue, which gets no longer.
    fn take_out<R>(&self, change: impl FnOnce(&mut VecDeque<Parked>) -> R) -> R {
        let mut parked = self.parked.lock();
        let before = parked.len();
        let result = change(&mut parked);
        // SeqCst: as in `wait`.
        self.sleepers.fetch_sub(before - parked.len(), SeqCst);
        result
    }

    /// Whether nobody sleeps. The caller has made the condition true with SeqCst.
    #[inline]
    fn is_idle(&self) -> bool {
        self.sleepers.load(SeqCst) == 0
    }

    /// Wakes the thread that has waited longest.
    #[inline]
    pub fn wake_one(&self) {
        if !self.is_idle() {
            self.wake_first();
        }
    }

    /// As [`WaitQueue::wake_one`], unless one of the threads is on its way already. Who waits in vain for what it has been woken for,
    /// or gets it, calls this when it gives it back or the other one does.
    #[inline]
    pub fn wake_next(&self) {
        // Relaxed: as in `Parked::wake`. SeqCst: as `is_idle`.
        if !self.is_idle() && self.on_its_way.load(SeqCst) != FORKS.load(Relaxed) + 1 {
            self.wake_first();
        }
    }

    #[cold]
    fn wake_first(&self) {
        let next = |parked: &mut VecDeque<Parked>| {
            let first = parked.pop_front()?;
            // Before it leaves the queue in its own eyes, and says that it has looked. It may be in the parent process only: then
            // the next one is woken.
            self.on_its_way.store(first.forks + 1, SeqCst);
            Some(first)
        };
        while let Some(first) = self.take_out(next) {
            if first.wake() {
                break;
            }
        }
    }

    /// Wakes all threads.
    pub fn wake_all(&self) {
        if !self.is_idle() {
            for parked in self.take_out(std::mem::take) {
                parked.wake();
            }
        }
    }
}

/// Looks for a while whether `ready` gives something, and whether it has cost the processor.
fn look_for<R>(patience: Duration, ready: &mut impl FnMut() -> Option<R>) -> (Option<R>, bool) {
    let begun = Instant::now();
    let (mut now, mut lost) = (begun, false);
    loop {
        for _ in 0..LOOKS {
            let found = ready();
            if found.is_some() {
                return (found, lost);
            }
            spin_loop();
        }
        if now - begun >= patience {
            return (None, lost);
        }
        // Who is waited for may need this processor.
        std::thread::yield_now();
        let back = Instant::now();
        lost |= back - now > LOSS;
        now = back;
    }
}

/// A lock that its owner may take again, and that may be held while Python code runs.
#[derive(Default)]
pub struct ReentrantLock {
    /// [`ident`] of the owner, 0 while the lock is free.
    owner: AtomicI64,
    /// How often the owner has taken it. Relaxed everywhere: it belongs to the owner.
    count: AtomicU64,
    free: WaitQueue,
}

impl ReentrantLock {
    /// A lock that is free.
    pub const fn new() -> ReentrantLock {
        ReentrantLock { owner: AtomicI64::new(0), count: AtomicU64::new(0), free: WaitQueue::new() }
    }

    /// Takes the lock, waiting for it until the deadline; whether that was possible. A deadline that has passed means not
    /// to wait.
    #[inline]
    pub fn acquire(&self, t: &mut Thread, deadline: Option<Instant>) -> PyResult<bool> {
        t.irrevocable();
        let me = ident();
        // Relaxed: only this thread makes itself the owner.
        if self.owner.load(Relaxed) == me {
            self.count.fetch_add(1, Relaxed);
            return Ok(true);
        }
        // SeqCst: pairs with `give_back`.
        let take = || self.owner.compare_exchange(0, me, SeqCst, Relaxed).ok();
        let taken = match take() {
            None => self.free.wait(t, deadline, Duration::ZERO, take)?,
            taken => taken,
        };
        if taken.is_some() {
            self.count.store(1, Relaxed);
        }
        Ok(taken.is_some())
    }

    /// Takes the lock if it is free or the calling thread has it.
    pub fn try_take(&self) -> bool {
        let me = ident();
        // Relaxed: as in `acquire`. SeqCst: pairs with `give_back`.
        if self.owner.load(Relaxed) == me {
            self.count.fetch_add(1, Relaxed);
            return true;
        }
        let taken = self.owner.compare_exchange(0, me, SeqCst, Relaxed).is_ok();
        if taken {
            self.count.store(1, Relaxed);
        }
        taken
    }

    /// Whether nobody has taken it.
    pub fn is_free(&self) -> bool {
        // SeqCst: pairs with `give_back`.
        self.owner.load(SeqCst) == 0
    }

    /// Who waits for the lock to become free.
    pub fn waiters(&self) -> &WaitQueue {
        &self.free
    }

    /// What gives the lock the state again that it has now.
    pub fn save(&'static self) -> Restore {
        let (owner, count) = self.state();
        Box::new(move || {
            self.count.store(count, Relaxed);
            self.owner.store(owner, SeqCst);
            self.free.wake_next();
        })
    }

    /// Undoes one [`ReentrantLock::acquire`]. False if the calling thread does not hold the lock.
    #[inline]
    pub fn release(&self) -> bool {
        match self.own_count() {
            0 => return false,
            1 => self.give_back(),
            n => self.count.store(n - 1, Relaxed),
        }
        true
    }

    fn give_back(&self) {
        self.count.store(0, Relaxed);
        // SeqCst: pairs with `acquire`, and stands before the look at the queue.
        self.owner.store(0, SeqCst);
        self.free.wake_next();
    }

    /// How often the calling thread has taken the lock.
    pub fn own_count(&self) -> u64 {
        // Relaxed: a thread sees its own stores.
        if self.owner.load(Relaxed) == ident() { self.count.load(Relaxed) } else { 0 }
    }

    /// Owner and count; 0 and 0 for a lock that is free.
    pub fn state(&self) -> (i64, u64) {
        // Relaxed: the answer may be outdated anyway.
        match self.owner.load(Relaxed) {
            0 => (0, 0),
            owner => (owner, self.count.load(Relaxed)),
        }
    }

    /// Gives the lock back at once; how often it had been taken, 0 if not by the calling thread.
    pub fn release_all(&self) -> u64 {
        let count = self.own_count();
        if count > 0 {
            self.give_back();
        }
        count
    }

    /// Says how often the calling thread, which has it, has taken the lock.
    pub fn set_count(&self, count: u64) {
        self.count.store(count, Relaxed);
    }

    /// Makes the lock free in a child process, where its owner may not exist.
    pub fn reset_in_child(&self) {
        self.count.store(0, Relaxed);
        self.owner.store(0, SeqCst);
    }
}
