//! Exceptions that nothing caught, exit codes, and the end of the process.

use std::{
    env,
    io::{self, IsTerminal, Write},
    process,
    sync::atomic::Ordering::Relaxed,
};

use pystm_stm::events;
use pystm_vm::{
    builtins::{dict, exceptions, tuple, weak},
    error::{Exc, PyResult, Raised},
    import,
    protocol::{attr, call, instance, iter, number, text},
    runtime::type_of,
    sys,
    thread::Thread,
    threads,
    value::Value,
};

use crate::{glue, report::totals};

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With this exit code.
    Exit(i32),
    /// By a KeyboardInterrupt: the process is to die by the signal, so that a shell stops as well.
    Interrupted,
}

/// Reports an exception that nothing caught. `SystemExit` is a wish and gives its exit code.
pub(crate) fn report(t: &mut Thread, raised: Raised) -> Outcome {
    let exception = t.take_exception(raised);
    if instance::is_exception(t, exception, Exc::SystemExit) {
        return Outcome::Exit(exit_code(t, exception));
    }
    show(t, exception)
}

/// As [`report`], but `SystemExit` is shown like any other exception: a prompt follows (`-i`).
pub(crate) fn report_always(t: &mut Thread, raised: Raised) -> Outcome {
    let exception = t.take_exception(raised);
    show(t, exception)
}

/// The exit code that a `SystemExit` asks for; anything that is no number is printed and means 1.
fn exit_code(t: &mut Thread, exception: Value) -> i32 {
    let code = match attr::getattr_text(t, exception, "code") {
        Ok(code) => code,
        Err(raised) => {
            t.take_exception(raised);
            exception
        }
    };
    if code.is_none() {
        return 0;
    }
    if code.is_small() || code.is_bool() || instance_of_int(t, code) {
        return match number::index_as_i64(t, code) {
            Ok(code) => code as i32,
            Err(raised) => {
                t.take_exception(raised);
                -1
            }
        };
    }
    match text::str(t, code) {
        Ok(message) => {
            write_error_value(t, message);
            write_error(t, "\n");
        }
        Err(raised) => {
            t.take_exception(raised);
        }
    }
    1
}

fn instance_of_int(t: &mut Thread, value: Value) -> bool {
    let int = type_of(Value::ZERO).value();
    match instance::is_instance(t, value, int) {
        Ok(is) => is,
        Err(raised) => {
            t.take_exception(raised);
            false
        }
    }
}

/// Prints an exception through `sys.excepthook`.
fn show(t: &mut Thread, exception: Value) -> Outcome {
    let class = type_of(exception).value();
    let traceback = exceptions::traceback_of(t, exception);
    for (name, value) in [
        ("last_exc", exception),
        ("last_type", class),
        ("last_value", exception),
        ("last_traceback", traceback),
    ] {
        sys::set(t, name, value);
    }
    match sys::get(t, "excepthook") {
        None => {
            write_error(t, "sys.excepthook is missing\n");
            display(t, exception);
        }
        Some(hook) if Some(hook) == sys::get(t, "__excepthook__") => display(t, exception),
        Some(hook) => {
            if let Err(raised) = call::call(t, hook, &[class, exception, traceback]) {
                let second = t.take_exception(raised);
                if instance::is_exception(t, second, Exc::SystemExit) {
                    return Outcome::Exit(exit_code(t, second));
                }
                write_error(t, "Error in sys.excepthook:\n");
                display(t, second);
                write_error(t, "\nOriginal exception was:\n");
                display(t, exception);
            }
        }
    }
    if instance::is_exception(t, exception, Exc::KeyboardInterrupt) {
        Outcome::Interrupted
    } else {
        Outcome::Exit(1)
    }
}

/// Prints an exception with its traceback: by the library's `traceback` in colours where they are wanted.
fn display(t: &mut Thread, exception: Value) {
    if wants_colours() {
        match coloured(t, exception) {
            Ok(text) => return write_error(t, &text),
            Err(raised) => {
                // The plain form needs nothing of the library.
                t.take_exception(raised);
            }
        }
    }
    exceptions::print::print_exception(t, exception);
}

fn coloured(t: &mut Thread, exception: Value) -> PyResult<String> {
    let traceback = import::import_module(t, "traceback")?;
    let format = attr::getattr_text(t, traceback, "format_exception")?;
    let keywords = dict::new(t);
    dict::set_text(t, keywords, "colorize", Value::TRUE);
    let args = tuple::new(t, &[exception])?;
    let parts = call::call_ex(t, format, args, keywords.value())?;
    let parts = iter::collect(t, parts)?;
    Ok(parts.iter().filter_map(|part| part.as_str()).map(|part| part.to_rust()).collect())
}

/// The rules of `_colorize.can_colorize`.
fn wants_colours() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    match env::var("PYTHON_COLORS").as_deref() {
        Ok("0") => return false,
        Ok("1") => return true,
        _ => {}
    }
    if set("NO_COLOR") {
        return false;
    }
    set("FORCE_COLOR") || (env::var("TERM").as_deref() != Ok("dumb") && std::io::stderr().is_terminal())
}

/// Writes to `sys.stderr`; where that is impossible, nobody can be told.
pub(crate) fn write_error(t: &mut Thread, message: &str) {
    let message = t.new_str(message);
    write_error_value(t, message);
}

/// As [`write_error`], for a str, which may hold lone surrogates.
fn write_error_value(t: &mut Thread, message: Value) {
    let Some(stream) = glue::sys_get(t, "stderr") else { return };
    let written = call::call_method(t, stream, "write", &[message]).and_then(|_| flush(t, stream));
    if let Err(raised) = written {
        t.take_exception(raised);
    }
}

fn flush(t: &mut Thread, stream: Value) -> PyResult {
    call::call_method(t, stream, "flush", &[])
}

/// Ends the process as CPython does: waits for threads, runs what `atexit` has, flushes the standard streams. Then come the
/// summary of `--stats` and the end of the log.
pub(crate) fn end(t: &mut Thread, outcome: Outcome, stats: bool) -> ! {
    if glue::loaded_module(t, "threading").is_some()
        && let Err(raised) = glue::call_in(t, "threading", "_shutdown", &[])
    {
        ignore(t, raised, "on threading shutdown");
    }
    if glue::loaded_module(t, "atexit").is_some()
        && let Err(raised) = glue::call_in(t, "atexit", "_run_exitfuncs", &[])
    {
        ignore(t, raised, "in atexit callback");
    }
    // Relaxed: a plain flag.
    t.rt.finalizing.store(true, Relaxed);
    threads::hang_others(t);
    weak::finalize_all(t);
    let flushed = flush_standard_streams(t);
    if stats {
        // Where that is impossible, nobody can be told.
        let _ = io::stderr().write_all(totals::summary(&events::summaries()).as_bytes());
    }
    events::close();
    match outcome {
        Outcome::Interrupted => die_by_interrupt(),
        Outcome::Exit(code) => process::exit(if flushed { code } else { 120 }),
    }
}

/// Whether everything could be written.
fn flush_standard_streams(t: &mut Thread) -> bool {
    let mut flushed = true;
    for name in ["stdout", "stderr"] {
        let Some(stream) = glue::sys_get(t, name) else { continue };
        if is_closed(t, stream) {
            continue;
        }
        if let Err(raised) = flush(t, stream) {
            flushed = false;
            if name == "stdout" {
                ignore(t, raised, "while flushing sys.stdout");
            } else {
                t.take_exception(raised);
            }
        }
    }
    flushed
}

fn is_closed(t: &mut Thread, stream: Value) -> bool {
    match attr::find_attr(t, stream, "closed") {
        Ok(closed) => closed == Some(Value::TRUE),
        Err(raised) => {
            t.take_exception(raised);
            false
        }
    }
}

/// Reports an exception that cannot go anywhere.
fn ignore(t: &mut Thread, raised: Raised, when: &str) {
    let exception = t.take_exception(raised);
    write_error(t, &format!("Exception ignored {when}:\n"));
    exceptions::print::print_exception(t, exception);
}

/// Dies by SIGINT as if it had never been handled.
fn die_by_interrupt() -> ! {
    // SAFETY: plain calls; the default action needs no handler.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
    // The signal is blocked or has not arrived.
    process::exit(130)
}
