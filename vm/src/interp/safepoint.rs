//! Safepoints: where a thread answers requests of others, of the collector and of signals.

use std::sync::atomic::Ordering::Relaxed;

use pystm_gc::collect::POLL_DEATHS;

use crate::{error::PyResult, thread::Thread};

/// Bit of [`pystm_gc::Mutator::poll`]: a signal has arrived.
pub const POLL_SIGNAL: u32 = 1 << 1;

/// Does what has been asked for. May run Python code: callbacks, finalisers, signal handlers.
#[cold]
#[inline(never)]
pub fn poll(t: &mut Thread) -> PyResult<()> {
    // Relaxed: what the bits announce is read under locks or belongs to this thread.
    let requests = t.mutator.poll.swap(0, Relaxed);
    if requests & POLL_DEATHS != 0 {
        crate::builtins::weak::run_deaths(t);
    }
    if requests & POLL_SIGNAL != 0 {
        crate::signals::run_handlers(t)?;
    }
    Ok(())
}
