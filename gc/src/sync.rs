//! What threads meet by: the one place from which this crate and `stm` take atomics, locks, waits, clocks and threads of their own.
//!
//! With the feature `model` these are the stand-ins of [`model`], so that a checker decides at each of them which thread runs
//! next.

#[cfg(feature = "model")]
pub mod model;

#[cfg(feature = "model")]
pub use model::{
    AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Condvar, Instant, Mutex, MutexGuard,
    RwLock, Thread, current, park_timeout, sleep, spin_loop, thread_local, yield_now,
};
#[cfg(feature = "model")]
pub(crate) use model::{Steal, Stealer, Worker, scope, spawn_helper};
#[cfg(not(feature = "model"))]
pub use {
    crate::lock::{Condvar, Mutex, MutexGuard, RwLock},
    std::{
        hint::spin_loop,
        sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize},
        thread::{Thread, current, park_timeout, sleep, yield_now},
        thread_local,
        time::Instant,
    },
};
#[cfg(not(feature = "model"))]
pub(crate) use {
    crossbeam_deque::{Steal, Stealer, Worker},
    helper::spawn_helper,
    std::thread::scope,
};

/// Waits for a moment, which is longer in later rounds. For who looks again and again.
pub(crate) fn back_off(rounds: &mut u32) {
    *rounds += 1;
    match *rounds {
        0..=50 => spin_loop(),
        51..=1000 => yield_now(),
        _ => sleep(std::time::Duration::from_micros(20)),
    }
}

#[cfg(not(feature = "model"))]
mod helper {
    use std::{
        mem::MaybeUninit,
        ptr,
        thread::{Builder, Scope, ScopedJoinHandle},
    };

    /// Starts a thread that no signal reaches. `None` if the system refuses.
    pub(crate) fn spawn_helper<'scope, T: Send + 'scope>(
        scope: &'scope Scope<'scope, '_>,
        name: &str,
        body: impl FnOnce() -> T + Send + 'scope,
    ) -> Option<ScopedJoinHandle<'scope, T>> {
        let mut before = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: plain calls with sets of the right type, which they fill. A new thread has its maker's mask.
        unsafe {
            let mut all = MaybeUninit::uninit();
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        }
        let helper = Builder::new().name(name.into()).spawn_scoped(scope, body).ok();
        // SAFETY: the set was filled above.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut()) };
        helper
    }
}
