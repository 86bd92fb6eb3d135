//! Signals: what the operating system's handler notes, and running Python handlers at the main thread's safepoints.
//!
//! Whichever thread the operating system picks for a signal notes it. If that is not the main thread, the handler sends the
//! signal on to it, so that a system call in which the main thread waits is interrupted; a wait for another thread ends by
//! unparking (see [`crate::parking`]).

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicPtr, AtomicU32, AtomicU64, Ordering},
};

use crate::{
    builtins::{frame, list, list::List},
    error::{Exc, PyResult},
    interp::safepoint::POLL_SIGNAL,
    object::Ref,
    parking::{self, Parker},
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
/// [`parking::ident`] of the main thread, 0 while there is none.
static MAIN: AtomicI64 = AtomicI64::new(0);
/// Where the main thread sleeps when it waits for other threads.
static MAIN_PARKER: OnceLock<Arc<Parker>> = OnceLock::new();
/// Signals on their way from another thread to the main thread; their next arrival there is no news.
static FORWARDED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
/// Word of the list of Python handlers, which the runtime keeps alive; 0 while there is none.
static HANDLERS: AtomicU64 = AtomicU64::new(0);
/// File descriptor to which signal numbers are written, or -1.
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);

/// What the operating system calls. Only atomics and functions that are allowed in a signal handler are used.
extern "C" fn arrived(signal: libc::c_int) {
    // The interrupted code may be about to read it.
    let errno = errno();
    let main = main_ident();
    let forwarded = FORWARDED.get(signal as usize);
    if parking::ident() != main {
        note(signal);
        // SeqCst: the flag is there when the signal is.
        if main != 0 && forwarded.is_some_and(|f| !f.swap(true, Ordering::SeqCst)) {
            // SAFETY: the main thread lives as long as the process.
            unsafe { libc::pthread_kill(main as libc::pthread_t, signal) };
        }
    } else if !forwarded.is_some_and(|f| f.swap(false, Ordering::SeqCst)) {
        note(signal);
    }
    set_errno(errno);
}

/// The calling thread's error number.
pub(crate) fn errno() -> i32 {
    // SAFETY: the thread's own.
    unsafe { *libc::__errno_location() }
}

/// Sets the calling thread's error number.
pub(crate) fn set_errno(errno: i32) {
    // SAFETY: the thread's own.
    unsafe { *libc::__errno_location() = errno };
}

/// Notes a signal, and wakes the main thread if it waits for another one.
fn note(signal: libc::c_int) {
    if let Some(flag) = ARRIVED.get(signal as usize) {
        // Release: pairs with the Acquire swap of `run_handlers`.
        flag.store(true, Ordering::Release);
    }
    // Acquire: pairs with the Release of `become_main`.
    let poll = MAIN_POLL.load(Ordering::Acquire);
    if !poll.is_null() {
        // SAFETY: the main thread's state lives as long as the process; its poll word is an atomic.
        // Release: whoever sees the bit sees the flag.
        unsafe { (*poll).fetch_or(POLL_SIGNAL, Ordering::Release) };
    }
    if let Some(parker) = MAIN_PARKER.get() {
        parker.unpark();
    }
    // Relaxed: a plain setting.
    let fd = WAKEUP_FD.load(Ordering::Relaxed);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: one byte is read; a failure is of no interest here.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
}

/// Whether the main thread has a signal to handle.
pub(crate) fn waits_for_main() -> bool {
    // Acquire: pairs with the Release of `become_main`.
    let poll = MAIN_POLL.load(Ordering::Acquire);
    // SAFETY: the main thread's state lives as long as the process. Relaxed: the main thread finds out what it is.
    !poll.is_null() && unsafe { (*poll).load(Ordering::Relaxed) } & POLL_SIGNAL != 0
}

/// Prepares the main thread for signals. SIGINT raises KeyboardInterrupt from here on, unless it is ignored.
pub fn install(t: &mut Thread) {
    let handlers = list::new(t, &[Value::NONE; COUNT]);
    t.rt.keep(t, handlers);
    // Release: pairs with the Acquire of `handlers`.
    HANDLERS.store(handlers.bits(), Ordering::Release);
    become_main(t);
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

/// In a child process: the calling thread is the only one and becomes the main thread.
pub(crate) fn after_fork_in_child(t: &mut Thread) {
    parking::forget_other_threads();
    become_main(t);
}

/// Makes the calling thread the one that handles signals.
fn become_main(t: &mut Thread) {
    MAIN_PARKER.get_or_init(Arc::default);
    let poll: *const AtomicU32 = &t.mutator.poll;
    // Release: pairs with the Acquire of `note`.
    MAIN_POLL.store(poll.cast_mut(), Ordering::Release);
    MAIN.store(parking::ident(), Ordering::Release);
    for flag in &FORWARDED {
        // Relaxed: a child process gets no signals of its parent.
        flag.store(false, Ordering::Relaxed);
    }
}

/// [`parking::ident`] of the main thread.
pub fn main_ident() -> i64 {
    // Acquire: pairs with the Release of `become_main`.
    MAIN.load(Ordering::Acquire)
}

/// Where the calling thread sleeps: signals wake the main thread.
pub(crate) fn parker(_: &Thread) -> Arc<Parker> {
    match MAIN_PARKER.get() {
        Some(parker) if main_ident() == parking::ident() => parker.clone(),
        _ => Arc::default(),
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
    note(signal);
}

/// Runs the Python handlers of the signals that have arrived, if this is the main thread.
pub fn run_handlers(t: &mut Thread) -> PyResult<()> {
    if parking::ident() != main_ident() {
        return Ok(());
    }
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
