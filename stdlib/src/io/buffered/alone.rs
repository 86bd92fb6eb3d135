//! One thread at a time works on a buffered stream, over all the waits that its work takes.

use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

use pystm_vm::{
    error::{Exc, PyResult, Raised},
    protocol::text,
    thread::Thread,
    value::Value,
};

use super::{this, write};

/// How long the end of the process waits for a daemon thread that will not come back to its stream.
const PATIENCE_AT_EXIT: Duration = Duration::from_secs(1);

/// Calls `f` while no other thread works on the stream. RuntimeError if this one does already: in a signal handler, or in
/// a raw stream written in Python.
pub(super) fn alone<R>(
    t: &mut Thread,
    object: Value,
    f: impl FnOnce(&mut Thread) -> PyResult<R>,
) -> PyResult<R> {
    let lock = &this(object).working;
    if lock.own_count() > 0 {
        return Err(reentrant(t, object));
    }
    // Relaxed: a plain flag.
    let at_exit = t.rt.finalizing.load(Relaxed);
    let held = lock.acquire(t, at_exit.then(|| Instant::now() + PATIENCE_AT_EXIT))?;
    if held {
        t.working.push(lock);
    }
    let result = write::take_over(t, object).and_then(|()| f(t));
    if held {
        t.working.pop();
        lock.release();
    }
    result
}

#[cold]
fn reentrant(t: &mut Thread, object: Value) -> Raised {
    match text::repr_string(t, object) {
        Ok(shown) => t.raise(Exc::RuntimeError, format!("reentrant call inside {shown}")),
        Err(raised) => raised,
    }
}
