//! `_thread`: starting threads, waiting for them, locks, identity.
//!
//! [`handle`] knows which threads there are and waits for their end; [`start`] is a thread from beginning to end. Waiting is
//! done by [`pystm_vm::parking`].

mod handle;
mod hook;
mod local;
mod lock;
mod rlock;
mod start;

use pystm_vm::{
    builtins::module::Module,
    error::{Exc, PyResult},
    native::{ModuleDef, method},
    object::Ref,
    parking::ident,
    runtime::type_of,
    signals,
    thread::Thread,
    value::Value,
};

use crate::support::{check_signals, decode_fs, float_value, int_value, os_error, set_global, to_i64};

pub(crate) use handle::after_fork_in_child;
pub(crate) use lock::seconds;

/// Longest timeout in seconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_thread",
    doc: "This module provides primitive operations to write multi-threaded programs.",
    methods: &[
        method("allocate_lock", "()", lock::allocate, "Create a new lock object."),
        method("allocate", "()", lock::allocate, "An obsolete synonym of allocate_lock()."),
        method(
            "start_new_thread",
            "(function, args, kwargs=None, /)",
            start::start_new_thread,
            "Start a new thread and return its identifier.",
        ),
        method(
            "start_new",
            "(function, args, kwargs=None, /)",
            start::start_new_thread,
            "An obsolete synonym of start_new_thread().",
        ),
        method(
            "start_joinable_thread",
            "(function, handle=None, daemon=True)",
            start::start_joinable,
            "Start a new thread that can be joined.",
        ),
        method(
            "daemon_threads_allowed",
            "()",
            |_, _| Ok(Value::TRUE),
            "Return True if daemon threads are allowed.",
        ),
        method(
            "get_ident",
            "()",
            |t, _| Ok(int_value(t, ident())),
            "Return the identifier of the current thread.",
        ),
        method(
            "get_native_id",
            "()",
            get_native_id,
            "Return the identifier that the operating system gives the thread.",
        ),
        method(
            "_get_main_thread_ident",
            "()",
            |t, _| Ok(int_value(t, signals::main_ident())),
            "Identifier of the main thread.",
        ),
        method("_is_main_interpreter", "()", |_, _| Ok(Value::TRUE), "Whether this is the main interpreter."),
        method("_shutdown", "()", handle::wait_for_all, "Wait for all non-daemon threads."),
        method(
            "_make_thread_handle",
            "(ident, /)",
            handle::make,
            "Handle of a thread that was not started here.",
        ),
        method(
            "_count",
            "()",
            |_, _| Ok(Value::small(handle::count() as i64)),
            "Return the number of threads started by this module that still run.",
        ),
        method(
            "stack_size",
            "(size=0, /)",
            start::stack_size,
            "Return the stack size of new threads and set it.",
        ),
        method("exit", "()", |t, _| Err(t.raise_args(Exc::SystemExit, &[])), "Raise SystemExit."),
        method("exit_thread", "()", |t, _| Err(t.raise_args(Exc::SystemExit, &[])), "Raise SystemExit."),
        method(
            "interrupt_main",
            "(signum=2, /)",
            interrupt_main,
            "Simulate the arrival of a signal in the main thread.",
        ),
        method("set_name", "(name)", set_name, "Set the name of the current thread."),
        method("_get_name", "()", get_name, "Get the name of the current thread."),
        method("_excepthook", "(args, /)", hook::excepthook, "Handle an uncaught exception of a thread."),
    ],
    types: &[&lock::DEF, &rlock::DEF, &local::DEF, &handle::DEF, &hook::ARGS],
    init: Some(init),
};

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let lock = t.rt.native_class(t, &lock::DEF);
    set_global(t, module, "LockType", lock.value());
    let local = t.rt.native_class(t, &local::DEF);
    set_global(t, module, "_local", local.value());
    let error = t.rt.exception(Exc::RuntimeError);
    set_global(t, module, "error", error);
    let max = float_value(t, TIMEOUT_MAX);
    set_global(t, module, "TIMEOUT_MAX", max);
    let longest = Value::small(MAX_NAME as i64);
    set_global(t, module, "_NAME_MAXLEN", longest);
    Ok(())
}

fn get_native_id(t: &mut Thread, _: &[Value]) -> PyResult {
    // SAFETY: a plain system call that cannot fail.
    let id = unsafe { libc::syscall(libc::SYS_gettid) };
    Ok(int_value(t, id))
}

fn interrupt_main(t: &mut Thread, args: &[Value]) -> PyResult {
    let signal = match args[0].given() {
        Some(v) => to_i64(t, v)?,
        None => libc::SIGINT as i64,
    };
    if !(1..signals::COUNT as i64).contains(&signal) {
        return Err(t.value_error("signal number out of range"));
    }
    if !matches!(signals::handler(signal as usize), signals::DEFAULT | signals::IGNORE) {
        signals::simulate(signal as i32);
        // The main thread hears of it at once.
        check_signals(t)?;
    }
    Ok(Value::NONE)
}

/// The system cuts names here.
const MAX_NAME: usize = 15;

fn set_name(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(name) = args[0].as_str() else {
        let class = type_of(args[0]).name();
        return Err(t.type_error(format!("set_name() argument 'name' must be str, not {class}")));
    };
    let name = name.to_rust();
    t.own.peer.events.rename(&name);
    let mut bytes = [0; MAX_NAME + 1];
    let n = name.len().min(MAX_NAME);
    bytes[..n].copy_from_slice(&name.as_bytes()[..n]);
    // SAFETY: a C string that fits.
    let code = unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
    if code == 0 { Ok(Value::NONE) } else { Err(os_error(t, code, Value::UNSET, Value::UNSET)) }
}

fn get_name(t: &mut Thread, _: &[Value]) -> PyResult {
    let mut bytes = [0u8; MAX_NAME + 1];
    // SAFETY: the buffer is as large as its length says.
    let code =
        unsafe { libc::pthread_getname_np(libc::pthread_self(), bytes.as_mut_ptr().cast(), bytes.len()) };
    if code != 0 {
        return Err(os_error(t, code, Value::UNSET, Value::UNSET));
    }
    decode_fs(t, bytes.split(|&b| b == 0).next().unwrap_or_default())
}
