//! `faulthandler`: tracebacks on request, and a message for fatal signals.
//!
//! The handler of a fatal signal does not show a traceback: the signal may have caught a frame half made. Tracebacks after
//! a time or on other signals (`dump_traceback_later`, `register`) are left out.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use pystm_vm::{
    builtins::{frame::Live, int, object::text_of},
    error::{Exc, PyResult},
    native::{ModuleDef, method},
    protocol::{call, truth},
    sys,
    thread::Thread,
    threads,
    value::Value,
};

use crate::support::{last_os_error, to_i32};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "faulthandler",
    doc: "faulthandler module.",
    methods: &[
        method(
            "enable",
            "(file=sys.stderr, all_threads=True, c_stack=True)",
            enable,
            "Enable the fault handler.",
        ),
        method("disable", "()", disable, "Disable the fault handler."),
        method(
            "is_enabled",
            "()",
            |_, _| Ok(Value::bool(OUTPUT.load(Relaxed) >= 0)),
            "Check if the handler is enabled.",
        ),
        method(
            "dump_traceback",
            "(file=sys.stderr, all_threads=True)",
            dump_traceback,
            "Dump the traceback of the current thread, or of all threads if all_threads is True, into file.",
        ),
    ],
    types: &[],
    init: None,
};

/// Descriptor for messages about fatal signals, -1 while they are not handled.
static OUTPUT: AtomicI32 = AtomicI32::new(-1);

/// Fatal signals and their messages.
const SIGNALS: &[(i32, &str)] = &[
    (libc::SIGBUS, "Fatal Python error: Bus error\n\n"),
    (libc::SIGILL, "Fatal Python error: Illegal instruction\n\n"),
    (libc::SIGFPE, "Fatal Python error: Floating-point exception\n\n"),
    (libc::SIGABRT, "Fatal Python error: Aborted\n\n"),
    (libc::SIGSEGV, "Fatal Python error: Segmentation fault\n\n"),
];

/// Most frames that a traceback shows.
const MAX_FRAMES: usize = 100;

/// The descriptor of a file argument.
fn output(t: &mut Thread, file: Value) -> PyResult<i32> {
    if let Some(n) = file.given().filter(|&v| int::as_int(v).is_some()) {
        let fd = to_i32(t, n)?;
        if fd < 0 {
            return Err(t.value_error("file is not a valid file descriptor"));
        }
        return Ok(fd);
    }
    let file = match file.given_not_none().or_else(|| sys::get(t, "stderr").filter(|v| !v.is_none())) {
        Some(file) => file,
        None => return Err(t.raise(Exc::RuntimeError, "sys.stderr is None")),
    };
    let fd = call::call_method(t, file, "fileno", &[])?;
    let fd = to_i32(t, fd)?;
    call::call_method(t, file, "flush", &[])?;
    Ok(fd)
}

/// Writes all of a text, as far as the descriptor takes it.
fn write(fd: i32, text: &str) {
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        // SAFETY: the bytes are readable for their length.
        match unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) } {
            n if n > 0 => rest = &rest[n as usize..],
            _ => return,
        }
    }
}

fn dump_traceback(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = output(t, args[0])?;
    let all = match args[1].given() {
        Some(v) => truth::is_true(t, v)?,
        None => true,
    };
    if !all {
        write(fd, &format!("Stack (most recent call first):\n{}", stack(t)));
        return Ok(Value::NONE);
    }
    let mut text = String::new();
    threads::look_at_others(t, |other| {
        if Live::running(other).is_some() {
            let id = other.ident;
            text += &format!("Thread {id:#018x} (most recent call first):\n{}\n", stack(other));
        }
    });
    text += &format!("Current thread {:#018x} (most recent call first):\n{}", t.ident, stack(t));
    write(fd, &text);
    Ok(Value::NONE)
}

/// A line for each frame of a thread that is the calling one or stands still.
fn stack(t: &Thread) -> String {
    let mut text = String::new();
    let mut next = Live::running(t);
    for _ in 0..MAX_FRAMES {
        let Some(live) = next else { return text };
        let code = live.code();
        let line = code.loaded().position_at(live.word()).line;
        let (file, name) = (text_of(code.filename.get()), text_of(code.name.get()));
        text += &format!("  File \"{file}\", line {line} in {name}\n");
        next = live.caller(t);
    }
    text + "  ...\n"
}

/// The handler of the fatal signals: says which it was and lets it do what it does by default.
extern "C" fn fatal(signal: libc::c_int) {
    if let Some((_, message)) = SIGNALS.iter().find(|(s, _)| *s == signal) {
        write(OUTPUT.load(Relaxed), message);
    }
    // SAFETY: both calls are allowed in signal handlers.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

fn enable(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = output(t, args[0])?;
    OUTPUT.store(fd, Relaxed);
    for &(signal, _) in SIGNALS {
        // SAFETY: numbers only; no flags but those set here.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = fatal as *const () as usize;
        action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
        // SAFETY: the handler does only what handlers may do.
        if unsafe { libc::sigaction(signal, &action, std::ptr::null_mut()) } < 0 {
            return Err(last_os_error(t));
        }
    }
    Ok(Value::NONE)
}

fn disable(_: &mut Thread, _: &[Value]) -> PyResult {
    if OUTPUT.swap(-1, Relaxed) < 0 {
        return Ok(Value::FALSE);
    }
    for &(signal, _) in SIGNALS {
        // SAFETY: a plain library call.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    Ok(Value::TRUE)
}
