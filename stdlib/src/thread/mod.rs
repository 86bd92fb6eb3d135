//! `_thread`: locks and thread identity. There is one Python thread for now: starting another one raises.

mod handle;
mod local;
mod lock;
mod rlock;

use pystm_vm::{
    builtins::module::Module,
    error::{Exc, PyResult, Raised},
    native::{ModuleDef, method},
    object::Ref,
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

use crate::support::{float_value, import_from, int_value, set_global, to_i64};

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
            start_new_thread,
            "Start a new thread and return its identifier.",
        ),
        method(
            "start_new",
            "(function, args, kwargs=None, /)",
            start_new_thread,
            "An obsolete synonym of start_new_thread().",
        ),
        method(
            "start_joinable_thread",
            "(function, handle=None, daemon=True)",
            handle::start_joinable,
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
            |t, _| Ok(int_value(t, handle::main_ident())),
            "Identifier of the main thread.",
        ),
        method("_is_main_interpreter", "()", |_, _| Ok(Value::TRUE), "Whether this is the main interpreter."),
        method("_shutdown", "()", |_, _| Ok(Value::NONE), "Wait for all non-daemon threads."),
        method(
            "_make_thread_handle",
            "(ident, /)",
            handle::make,
            "Handle of a thread that was not started here.",
        ),
        method(
            "_count",
            "()",
            |_, _| Ok(Value::ZERO),
            "Return the number of threads started by this module that still run.",
        ),
        method("stack_size", "(size=0, /)", stack_size, "Return the stack size of new threads and set it."),
        method("exit", "()", |t, _| Err(t.raise_args(Exc::SystemExit, &[])), "Raise SystemExit."),
        method("exit_thread", "()", |t, _| Err(t.raise_args(Exc::SystemExit, &[])), "Raise SystemExit."),
        method(
            "interrupt_main",
            "(signum=2, /)",
            interrupt_main,
            "Simulate the arrival of a signal in the main thread.",
        ),
        method("set_name", "(name)", |_, _| Ok(Value::NONE), "Set the name of the current thread."),
        method("_excepthook", "(args, /)", excepthook, "Handle an uncaught exception of a thread."),
    ],
    types: &[&lock::DEF, &rlock::DEF, &local::DEF, &handle::DEF, &handle::EXCEPT_HOOK_ARGS],
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
    handle::note_main();
    Ok(())
}

/// Identifier of the calling thread.
fn ident() -> i64 {
    // SAFETY: a plain library call that cannot fail.
    unsafe { libc::pthread_self() as i64 }
}

fn get_native_id(t: &mut Thread, _: &[Value]) -> PyResult {
    // SAFETY: a plain system call that cannot fail.
    let id = unsafe { libc::syscall(libc::SYS_gettid) };
    Ok(int_value(t, id))
}

/// What starting a thread raises while there is only one.
#[cold]
fn cannot_start(t: &mut Thread) -> Raised {
    t.raise(Exc::RuntimeError, "can't start new thread")
}

fn start_new_thread(t: &mut Thread, args: &[Value]) -> PyResult {
    if t.special(args[0], Special::Call).is_none() {
        return Err(t.type_error("first arg must be callable"));
    }
    if args[1].as_tuple().is_none() {
        return Err(t.type_error("2nd arg must be a tuple"));
    }
    Err(cannot_start(t))
}

fn stack_size(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[0].given() {
        None => Ok(Value::ZERO),
        Some(v) => match to_i64(t, v)? {
            0 => Ok(Value::ZERO),
            n if n < 0 => Err(t.value_error("size must be 0 or a positive value")),
            n if n < 32768 => Err(t.value_error(format!("size not valid: {n} bytes"))),
            _ => Ok(Value::ZERO),
        },
    }
}

fn interrupt_main(t: &mut Thread, args: &[Value]) -> PyResult {
    let signal = match args[0].given() {
        Some(v) => to_i64(t, v)?,
        None => libc::SIGINT as i64,
    };
    if !(1..65).contains(&signal) {
        return Err(t.value_error("signal number out of range"));
    }
    // SAFETY: a plain library call.
    unsafe { libc::raise(signal as i32) };
    Ok(Value::NONE)
}

fn excepthook(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(items) = args[0].as_tuple().filter(|i| i.len() == 4) else {
        return Err(t.type_error("_thread._excepthook argument type must be ExceptHookArgs"));
    };
    let _ = type_of(args[0]);
    let hook = import_from(t, "sys", "excepthook")?;
    pystm_vm::protocol::call::call(t, hook, &[items.at(0), items.at(1), items.at(2)])
}
