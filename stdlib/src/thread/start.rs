//! Starting threads.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use pystm_stm::ALONE;
use pystm_vm::{
    atomic::effects,
    builtins::{bound_method::BoundMethod, dict::Dict, exceptions},
    error::{Exc, PyResult},
    object::native,
    parking::ident,
    protocol::{attr, call},
    special::Special,
    thread::Thread,
    threads::{NO_STM, spawn},
    value::Value,
};

use super::{
    handle::{self, State},
    local,
};
use crate::support::{int_value, refuse_at_exit, to_bool, to_i64};

/// Smallest stack that a thread can be given.
const MIN_STACK: i64 = 52 << 10;
/// Bytes of the stacks of new threads, 0 for the default. Relaxed: a plain setting.
static STACK_BYTES: AtomicUsize = AtomicUsize::new(0);

/// `stack_size(size=0)`
pub(super) fn stack_size(t: &mut Thread, args: &[Value]) -> PyResult {
    let old = STACK_BYTES.load(Relaxed);
    let new = args[0].given().map_or(Ok(0), |v| to_i64(t, v))?;
    if new != 0 && new < MIN_STACK {
        return Err(t.value_error(format!("size must be at least {MIN_STACK} bytes")));
    }
    // Asking for it also sets the default again, as in CPython.
    STACK_BYTES.store(new as usize, Relaxed);
    Ok(int_value(t, old as i64))
}

/// `start_joinable_thread(function, handle=None, daemon=True)`
pub(super) fn start_joinable(t: &mut Thread, args: &[Value]) -> PyResult {
    if t.special(args[0], Special::Call).is_none() {
        return Err(t.type_error("thread function must be callable"));
    }
    let handle = match args[1].given_not_none() {
        Some(handle) => handle,
        None => handle::new(t),
    };
    let daemon = to_bool(t, args[2], true)?;
    let no_args = t.rt.empty_tuple.get();
    if effects::are_kept(t) {
        start_later(t, handle, Value::bool(daemon), args[0])?;
    } else {
        start(t, handle, daemon, [args[0], no_args, Value::UNSET])?;
    }
    Ok(handle)
}

/// Has a thread start when the open block commits. It counts as one that is starting at once, and to a `threading.Thread` as
/// one that runs.
fn start_later(t: &mut Thread, handle: Value, daemon: Value, function: Value) -> PyResult<()> {
    let state = handle::state(t, handle)?;
    begin(t, &state)?;
    let begun = state.clone();
    // A `threading.Thread` made in the block still says that it was started.
    let is_older = native::outlives_block(handle);
    t.own.log_call(Box::new(move || if is_older { begun.cancel() } else { begun.end() }));
    if let Some(method) = function.cast::<BoundMethod>()
        && let Some(started) = attr::find_attr(t, method.receiver.get(), "_started")?
    {
        call::call_method(t, started, "set", &[])?;
    }
    let start_now = |t: &mut Thread, values: &[Value]| {
        let &[handle, daemon, function] = values else { unreachable!("what is kept below") };
        handle::state(t, handle)?.cancel();
        let no_args = t.rt.empty_tuple.get();
        start(t, handle, daemon == Value::TRUE, [function, no_args, Value::UNSET]).map(|_| ())
    };
    effects::call(t, start_now, &[handle, daemon, function]);
    Ok(())
}

/// `start_new_thread(function, args, kwargs=None)`
pub(super) fn start_new_thread(t: &mut Thread, args: &[Value]) -> PyResult {
    if t.special(args[0], Special::Call).is_none() {
        return Err(t.type_error("first arg must be callable"));
    }
    if args[1].as_tuple().is_none() {
        return Err(t.type_error("2nd arg must be a tuple"));
    }
    let kwargs = args[2].given().filter(|k| !k.is_none());
    if kwargs.is_some_and(|k| k.cast::<Dict>().is_none()) {
        return Err(t.type_error("optional 3rd arg must be a dictionary"));
    }
    // The identifier is known only once the thread runs.
    t.irrevocable();
    let handle = handle::new(t);
    let state = start(t, handle, true, [args[0], args[1], kwargs.unwrap_or(Value::UNSET)])?;
    Ok(int_value(t, state.ident()))
}

/// Makes a thread one that is to be started. RuntimeError if it was started before.
fn begin(t: &mut Thread, state: &State) -> PyResult<()> {
    if state.begin() { Ok(()) } else { Err(t.raise(Exc::RuntimeError, "thread already started")) }
}

/// Starts a thread that makes a call (function, tuple, dict or unset).
fn start(t: &mut Thread, handle: Value, daemon: bool, call: [Value; 3]) -> PyResult<Arc<State>> {
    let state = handle::state(t, handle)?;
    refuse_at_exit(t, "can't create new thread at interpreter shutdown")?;
    begin(t, &state)?;
    handle::register(&state, daemon);
    let [function, args, kwargs] = call;
    let ended = state.clone();
    let finished = Box::new(move || {
        ended.end();
        handle::unregister(&ended);
    });
    match spawn(t, run, &[function, args, kwargs, handle], STACK_BYTES.load(Relaxed), finished) {
        Ok(ident) => {
            state.started(ident);
            Ok(state)
        }
        Err(_) => {
            state.cancel();
            handle::unregister(&state);
            Err(t.raise(Exc::RuntimeError, if ALONE { NO_STM } else { "can't start new thread" }))
        }
    }
}

/// What a thread does from beginning to end. `values` are function, arguments, keyword arguments and handle.
fn run(t: &mut Thread, values: &[Value]) {
    let &[function, args, kwargs, handle] = values else { unreachable!("what `start` hands over") };
    if let Ok(state) = handle::state(t, handle) {
        state.started(ident());
    }
    let done = call::call_ex(t, function, args, kwargs);
    let done = match done {
        Err(raised) if t.pending_is(Exc::SystemExit) => {
            t.take_exception(raised);
            Ok(())
        }
        done => done.map(|_| ()),
    };
    for result in [done, local::forget_thread(t)] {
        if let Err(raised) = result {
            exceptions::write_unraisable(t, raised, "Exception ignored in thread started by", function);
        }
    }
}
