//! Locks for which threads may wait while they rest ([`crate::world`]).
//!
//! A process forks while all its threads rest, and its child has only one of them. What the others waited for must not matter
//! there. So these locks, which are the standard library's, are one word each, on which the system lets threads wait: one that the
//! child finds free is free, and one that its thread has can be let go, whoever waited for it.
//!
//! parking_lot's locks keep their waiting threads in a table, which in the child would name threads that are not there, and whose
//! memory is used again. They may be used, above this crate and `stm`, where only running threads wait for them, and such that begin or
//! end, between which no process forks: these rest only when they have got the lock and let it go, so that no fork finds anyone in
//! the table.
//!
//! A panic of a thread that has a lock means nothing to the others.

use std::{
    sync::{
        PoisonError, TryLockError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

pub use std::sync::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};

/// A lock around a value.
#[derive(Default, Debug)]
pub struct Mutex<T: ?Sized>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    /// A free lock of this value.
    pub const fn new(value: T) -> Mutex<T> {
        Mutex(std::sync::Mutex::new(value))
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits for the lock.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock if it is free.
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// A lock around a value that many may read at a time.
#[derive(Default, Debug)]
pub struct RwLock<T: ?Sized>(std::sync::RwLock<T>);

impl<T> RwLock<T> {
    /// A free lock of this value.
    pub const fn new(value: T) -> RwLock<T> {
        RwLock(std::sync::RwLock::new(value))
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Waits for the right to read.
    #[inline]
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the right to write.
    #[inline]
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where threads wait for news.
#[derive(Default, Debug)]
pub struct Condvar {
    told: std::sync::Condvar,
    /// How many wait; in a forked child perhaps more. Relaxed everywhere: the lock orders it.
    waiting: AtomicUsize,
}

impl Condvar {
    /// Nobody waits.
    pub const fn new() -> Condvar {
        Condvar { told: std::sync::Condvar::new(), waiting: AtomicUsize::new(0) }
    }

    /// Gives the lock up, waits for news, and takes the lock again. May also end without any.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.waiting.fetch_add(1, Relaxed);
        let guard = self.told.wait(guard).unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Relaxed);
        guard
    }

    /// As [`Condvar::wait`], for this time at most.
    pub fn wait_for<'a, T>(&self, guard: MutexGuard<'a, T>, time: Duration) -> MutexGuard<'a, T> {
        self.waiting.fetch_add(1, Relaxed);
        let (guard, _) = self.told.wait_timeout(guard, time).unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Relaxed);
        guard
    }

    /// Tells all that wait. The caller has held the lock since it made the news. No system call if nobody waits.
    #[inline]
    pub fn notify_all(&self) {
        if self.waiting.load(Relaxed) != 0 {
            self.told.notify_all();
        }
    }
}
