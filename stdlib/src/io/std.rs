//! `sys.stdin`, `sys.stdout`, `sys.stderr`.

use pystm_vm::{
    error::PyResult,
    protocol::{attr, call},
    sys,
    thread::Thread,
    value::Value,
};

use super::{buffered, fileio, open, textio};
use crate::support::{import, swallow};

/// Makes `sys.stdin`, `sys.stdout` and `sys.stderr`, and puts `open` among the builtins. `setting` is the value of
/// `PYTHONIOENCODING` or empty; `unbuffered` is `-u`. The stream of a closed descriptor is None.
pub fn standard_streams(t: &mut Thread, setting: &str, unbuffered: bool) -> PyResult<()> {
    let io = import(t, "_io")?;
    let open = attr::getattr_text(t, io, "open")?;
    let builtins = t.rt.builtins_module.get();
    attr::setattr_text(t, builtins, "open", open)?;
    let (encoding, errors) = setting.split_once(':').unwrap_or((setting, ""));
    let errors = match errors {
        "" if encoding.is_empty() && in_c_locale() => "surrogateescape",
        "" => "strict",
        errors => errors,
    };
    let encoding = if encoding.is_empty() { "utf-8" } else { encoding };
    for (fd, name) in [(0, "stdin"), (1, "stdout"), (2, "stderr")] {
        let errors = if fd == 2 { "backslashreplace" } else { errors };
        let stream = stream(t, fd, name, encoding, errors, unbuffered)?;
        sys::set(t, name, stream);
        sys::set(t, &format!("__{name}__"), stream);
    }
    Ok(())
}

/// Whether the locale is C or POSIX, in which undecodable bytes pass the standard streams unchanged.
fn in_c_locale() -> bool {
    let set = |name: &str| ::std::env::var(name).ok().filter(|v| !v.is_empty());
    match set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")) {
        Some(locale) => locale == "C" || locale == "POSIX",
        None => true,
    }
}

fn stream(t: &mut Thread, fd: i32, name: &str, encoding: &str, errors: &str, unbuffered: bool) -> PyResult {
    // SAFETY: a plain system call on a zeroed structure.
    let closed = unsafe {
        let mut stat: libc::stat = ::std::mem::zeroed();
        libc::fstat(fd, &mut stat) < 0
    };
    if closed {
        return Ok(Value::NONE);
    }
    let writing = fd != 0;
    let raw = fileio::open(t, Value::small(fd as i64), if writing { "w" } else { "r" }, false, Value::NONE)?;
    open::never_close(raw);
    let label = t.new_str(&format!("<{name}>"));
    attr::setattr_text(t, raw, "name", label)?;
    let raw_only = unbuffered && writing;
    let buffer = if raw_only {
        raw
    } else {
        let def = if writing { &buffered::WRITER_DEF } else { &buffered::READER_DEF };
        buffered::open(t, def, raw, super::DEFAULT_BUFFER_SIZE)?
    };
    // SAFETY: a plain system call.
    let is_tty = unsafe { libc::isatty(fd) } == 1;
    let options = textio::Options {
        encoding: Some(encoding),
        errors,
        newline: Some("\n").filter(|_| writing),
        line_buffering: writing && (is_tty || fd == 2),
        write_through: raw_only,
    };
    let stream = textio::open(t, buffer, &options)?;
    let mode = t.new_str(if writing { "w" } else { "r" });
    attr::setattr_text(t, stream, "mode", mode)?;
    Ok(stream)
}

/// Flushes `sys.stdout` and `sys.stderr`, as at exit. False if stdout could not be written; the error is then the pending
/// exception's, already taken.
pub fn flush_std(t: &mut Thread) -> bool {
    let mut fine = true;
    for name in ["stdout", "stderr"] {
        let Some(stream) = sys::get(t, name).filter(|s| !s.is_none()) else { continue };
        let closed = match attr::find_attr(t, stream, "closed") {
            Ok(closed) => closed == Some(Value::TRUE),
            Err(raised) => {
                swallow(t, raised);
                false
            }
        };
        if !closed && let Err(raised) = call::call_method(t, stream, "flush", &[]) {
            swallow(t, raised);
            fine &= name != "stdout";
        }
    }
    fine
}
