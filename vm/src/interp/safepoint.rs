//! Safepoints: where a thread answers requests of others, of the collector and of signals.

use std::sync::atomic::Ordering::{Acquire, Relaxed};

use pystm_gc::{collect::POLL_DEATHS, world::POLL_STOP};
use pystm_stm::{
    gate,
    peer::{POLL_DOOMED, POLL_REQUEST},
};

use crate::{
    atomic,
    error::PyResult,
    signals,
    stress::{self, POLL_STRESS},
    thread::Thread,
};

/// Bit of [`pystm_gc::Mutator::poll`]: a signal has arrived.
pub const POLL_SIGNAL: u32 = 1 << 1;

/// Whether something has been asked for, apart from `PYSTM_STRESS`.
pub fn is_asked_for(t: &Thread) -> bool {
    // Relaxed: the request is repeated until it is answered.
    t.mutator.poll.load(Relaxed) & !POLL_STRESS != 0
}

/// Does what has been asked for. May run Python code: callbacks, finalisers, signal handlers.
#[cold]
#[inline(never)]
pub fn poll(t: &mut Thread) -> PyResult<()> {
    // Acquire: pairs with the Release of `Mutator::raise_poll`.
    let requests = t.mutator.poll.swap(0, Acquire);
    let result = serve(t, requests).and_then(|()| run(t, requests));
    if result.is_err() {
        // What has not been looked at is looked at next time.
        t.mutator.raise_poll(requests & (POLL_DEATHS | POLL_SIGNAL));
    }
    result
}

/// Does what other threads have asked for.
fn serve(t: &mut Thread, requests: u32) -> PyResult<()> {
    if requests & POLL_STOP != 0 {
        t.own.pause(&t.mutator);
        if t.own.is_exclusive() && signals::waits_for_main() {
            t.own.readmit_others();
        }
    }
    if requests & POLL_REQUEST != 0 {
        t.own.serve(&mut t.mutator);
        // It may have been undone just now.
        if t.own.is_doomed() {
            atomic::check(t)?;
        }
    }
    if requests & POLL_DOOMED != 0 && t.own.in_transaction() {
        atomic::check(t)?;
    }
    if requests & POLL_STRESS != 0 {
        stress::at_safepoint(t)?;
    }
    Ok(())
}

/// Runs what waits to be run in this thread.
fn run(t: &mut Thread, requests: u32) -> PyResult<()> {
    if requests & (POLL_DEATHS | POLL_SIGNAL) == 0 {
        return Ok(());
    }
    // Nothing is run twice.
    gate::set_dirty();
    if requests & POLL_DEATHS != 0 {
        crate::builtins::weak::run_deaths(t);
    }
    if requests & POLL_SIGNAL != 0 {
        signals::run_handlers(t)?;
    }
    Ok(())
}
