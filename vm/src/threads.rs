//! Starting and ending threads.

use std::{
    io,
    sync::{
        Arc,
        atomic::{
            AtomicI64,
            Ordering::{Acquire, Release},
        },
    },
    time::Duration,
};

use pystm_gc::{
    config::Config,
    lock::{RwLock, RwLockWriteGuard},
    world,
};
use pystm_stm::ALONE;

use crate::{parking::ident, runtime::Runtime, thread::Thread, value::Value};

/// What a new thread takes over from the one that starts it.
#[derive(Clone)]
struct Heritage {
    rt: &'static Runtime,
    config: Config,
    builtins: u64,
    recursion_limit: i64,
}

/// Held to read while a thread begins, by the one that starts it, and while one ends, for then nobody can stop them: a process forks
/// between that, so that its child finds whole what they change.
static UNSTOPPABLE: RwLock<()> = RwLock::new(());

/// Waits until no thread is beginning or ending, and keeps all from it. Not while the process ends: one that hangs may have been
/// about to.
pub(crate) fn none_unstoppable(t: &mut Thread) -> RwLockWriteGuard<'static, ()> {
    t.blocking(|| UNSTOPPABLE.write())
}

/// What a build says that has neither a second thread nor transactions.
pub const NO_STM: &str =
    "this pystm has no threads and no transactions: it was built with the feature no-stm";

/// Starts an OS thread with a native stack of `stack` bytes (0: the default), which runs `body` with the values. `ended` is
/// called when nothing of the thread is left. Returns the identifier of the thread.
///
/// # Errors
/// What the system says if it refuses, or [`NO_STM`].
pub fn spawn(
    t: &mut Thread,
    body: fn(&mut Thread, &[Value]),
    values: &[Value],
    stack: usize,
    ended: Box<dyn FnOnce() + Send>,
) -> io::Result<i64> {
    if ALONE {
        return Err(io::Error::other(NO_STM));
    }
    let builtins = t.builtins;
    for &value in values.iter().chain([&builtins]) {
        t.share(value);
    }
    let heritage = Heritage {
        rt: t.rt,
        config: t.mutator.config.clone(),
        builtins: builtins.bits(),
        recursion_limit: t.recursion_limit,
    };
    let words: Vec<u64> = values.iter().map(|v| v.bits()).collect();
    let started = Arc::new(AtomicI64::new(0));
    let signal = started.clone();
    let parent = std::thread::current();
    let main = move || {
        let mut thread = Thread::new(heritage.rt, heritage.config);
        let t = &mut *thread;
        t.builtins = Value::from_bits(heritage.builtins);
        t.recursion_limit = heritage.recursion_limit;
        t.depth_left = heritage.recursion_limit;
        let mut values = t.vec();
        values.extend(words.into_iter().map(Value::from_bits));
        // Release: pairs with the Acquire of the waiting thread.
        signal.store(ident(), Release);
        parent.unpark();
        body(t, &values);
        drop(values);
        let _unstoppable = t.blocking(|| UNSTOPPABLE.read());
        thread.end();
        ended();
    };
    let stack = if stack == 0 { DEFAULT_STACK } else { stack };
    let unstoppable = t.blocking(|| UNSTOPPABLE.read());
    std::thread::Builder::new().stack_size(stack).spawn(main)?;
    // The values are found on this thread's stack until the new one has them.
    Ok(t.blocking(|| {
        let _unstoppable = unstoppable;
        loop {
            // Acquire: pairs with the Release of the new thread.
            match started.load(Acquire) {
                0 => std::thread::park_timeout(Duration::from_millis(10)),
                ident => break ident,
            }
        }
    }))
}

/// Calls `f` with all other threads while they stand still. It neither waits nor touches an object that has an owner nor makes
/// one.
pub fn look_at_others(t: &mut Thread, mut f: impl FnMut(&mut Thread)) {
    let stopped = world::stop(t.mutator.seat);
    for taken in &stopped.others {
        let mutator = taken.seat.mutator();
        // SAFETY: a nursery is the first part of a thread, and that thread has been taken.
        if let Some(other) = unsafe { mutator.cast::<Thread>().as_mut() } {
            f(other);
        }
    }
}

/// Stops all other threads for good: the process ends.
pub fn hang_others(t: &mut Thread) {
    t.own.hang_others(&mut t.mutator);
}

/// Bytes of a native stack where nobody asks for others.
const DEFAULT_STACK: usize = 64 << 20;
