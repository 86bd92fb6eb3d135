//! Signals: what the operating system's handler notes, and running Python handlers at the main thread's safepoints.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU32, AtomicU64, Ordering};

use crate::{
    builtins::{frame, list, list::List},
    error::{Exc, PyResult},
    interp::safepoint::POLL_SIGNAL,
    object::Ref,
    protocol::call,
    thread::Thread,
    value::Value,
};

/// One more than the largest signal number.
pub const COUNT: usize = 65;
/// `signal.SIG_DFL`
pub const DEFAULT: Value = Value::small(0);
/// `signal.SIG_IGN`
pub const IGNORE: Value = Value::small(1);

/// Signals that have arrived and not been handled.
static ARRIVED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
/// Poll word of the main thread, null while there is none.
static MAIN_POLL: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());
/// Word of the list of Python handlers, which the runtime keeps alive; 0 while there is none.
static HANDLERS: AtomicU64 = AtomicU64::new(0);
/// File descriptor to which signal numbers are written, or -1.
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);

/// What the operating system calls. Only atomics and `write` are used, which are allowed in a signal handler.
extern "C" fn arrived(signal: libc::c_int) {
    if let Some(flag) = ARRIVED.get(signal as usize) {
        // Release: pairs with the Acquire swap of `run_handlers`.
        flag.store(true, Ordering::Release);
    }
    // Acquire: pairs with the Release of `install`.
    let poll = MAIN_POLL.load(Ordering::Acquire);
    if !poll.is_null() {
        // SAFETY: the main thread's state lives as long as the process; its poll word is an atomic.
        // Release: whoever sees the bit sees the flag.
        unsafe { (*poll).fetch_or(POLL_SIGNAL, Ordering::Release) };
    }
    // Relaxed: a plain setting.
    let fd = WAKEUP_FD.load(Ordering::Relaxed);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: one byte is read; a failure is of no interest here.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
}

/// Prepares the main thread for signals. SIGINT raises KeyboardInterrupt from here on, unless it is ignored.
pub fn install(t: &mut Thread) {
    let handlers = list::new(t, &[Value::NONE; COUNT]);
    t.rt.keep(t, handlers);
    // Release: pairs with the Acquire of `handlers`.
    HANDLERS.store(handlers.bits(), Ordering::Release);
    let poll: *const AtomicU32 = &t.mutator.poll;
    // Release: pairs with the Acquire of `arrived`.
    MAIN_POLL.store(poll.cast_mut(), Ordering::Release);
    let known = Ref::<List>::known(handlers);
    for signal in 1..COUNT {
        let value = match current_action(signal as i32) {
            Some(libc::SIG_IGN) => IGNORE,
            Some(libc::SIG_DFL) => DEFAULT,
            _ => Value::NONE,
        };
        let w = t.write(known);
        known.set_item(&w, signal, value);
    }
    // SAFETY: SIGPIPE is ignored, as in CPython, so that writing to a closed pipe is an error of the call.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    set_handler(t, libc::SIGPIPE as usize, IGNORE);
    if current_action(libc::SIGINT) == Some(libc::SIG_DFL) {
        // Unset stands for the built-in handler, which raises KeyboardInterrupt.
        set_handler(t, libc::SIGINT as usize, Value::UNSET);
        set_action(libc::SIGINT, Some(Action::Python));
    }
}

fn current_action(signal: i32) -> Option<libc::sighandler_t> {
    // SAFETY: a null action only asks for the present one, which is written to local memory.
    unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        (libc::sigaction(signal, std::ptr::null(), &mut old) == 0).then_some(old.sa_sigaction)
    }
}

/// What the operating system does with a signal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Its default.
    Default,
    /// Nothing.
    Ignore,
    /// It is noted for the Python handler.
    Python,
}

/// Sets what the operating system does with a signal; the errno if it refuses. `None` leaves it as it is.
pub fn set_action(signal: i32, action: Option<Action>) -> Option<i32> {
    let action = action?;
    // SAFETY: the structure is zeroed plain data with a handler that is safe to run in a signal context.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = match action {
            Action::Default => libc::SIG_DFL,
            Action::Ignore => libc::SIG_IGN,
            Action::Python => arrived as extern "C" fn(libc::c_int) as usize,
        };
        libc::sigemptyset(&mut new.sa_mask);
        match libc::sigaction(signal, &new, std::ptr::null_mut()) {
            0 => None,
            _ => Some(std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EINVAL)),
        }
    }
}

fn handlers() -> Option<Ref<List>> {
    // Acquire: pairs with the Release of `install`.
    match HANDLERS.load(Ordering::Acquire) {
        0 => None,
        word => Some(Ref::known(Value::from_bits(word))),
    }
}

/// The Python handler of a signal: a callable, [`DEFAULT`], [`IGNORE`], None (not set by Python), or unset for the
/// built-in handler of SIGINT.
pub fn handler(signal: usize) -> Value {
    handlers().and_then(|h| h.get(signal)).unwrap_or(Value::NONE)
}

/// Replaces the Python handler of a signal.
pub fn set_handler(t: &mut Thread, signal: usize, value: Value) {
    if let Some(handlers) = handlers() {
        let w = t.write(handlers);
        handlers.set_item(&w, signal, value);
    }
}

/// Sets the file descriptor to which signal numbers are written (-1: none); the old one.
pub fn set_wakeup_fd(fd: i32) -> i32 {
    // Relaxed: a plain setting.
    WAKEUP_FD.swap(fd, Ordering::Relaxed)
}

/// Notes a signal as if it had arrived (`_thread.interrupt_main`).
pub fn simulate(signal: i32) {
    arrived(signal);
}

/// Runs the Python handlers of the signals that have arrived.
pub fn run_handlers(t: &mut Thread) -> PyResult<()> {
    for (signal, flag) in ARRIVED.iter().enumerate() {
        // Acquire: pairs with the Release of `arrived`.
        if !flag.swap(false, Ordering::Acquire) {
            continue;
        }
        let handler = handler(signal);
        let result = match handler {
            Value::UNSET => Err(t.raise_args(Exc::KeyboardInterrupt, &[])),
            DEFAULT | IGNORE | Value::NONE => Ok(Value::NONE),
            callable => {
                let frame = frame::at_depth(t, 0)?.unwrap_or(Value::NONE);
                call::call(t, callable, &[Value::small(signal as i64), frame])
            }
        };
        if result.is_err() {
            // The others are run at the next safepoint.
            // Relaxed: this thread's own word.
            if ARRIVED.iter().any(|f| f.load(Ordering::Relaxed)) {
                t.mutator.poll.fetch_or(POLL_SIGNAL, Ordering::Relaxed);
            }
            result?;
        }
    }
    Ok(())
}
