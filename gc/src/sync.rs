//! What threads meet by: the one place from which this crate and `stm` take atomics, locks, waits and clocks.
//!
//! With the feature `model` these are the stand-ins of [`model`], so that a checker decides at each of them which thread runs
//! next.

#[cfg(feature = "model")]
pub mod model;

#[cfg(feature = "model")]
pub use model::{
    AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Condvar, Instant, Mutex, MutexGuard, RwLock,
    Thread, current, park_timeout, sleep, spin_loop, thread_local, yield_now,
};
#[cfg(not(feature = "model"))]
pub use {
    parking_lot::{Condvar, Mutex, MutexGuard, RwLock},
    std::{
        hint::spin_loop,
        sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize},
        thread::{Thread, current, park_timeout, sleep, yield_now},
        thread_local,
        time::Instant,
    },
};
