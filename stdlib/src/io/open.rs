//! `open` and its like.

use ::std::sync::atomic::Ordering::Relaxed;

use pystm_vm::{
    builtins::{exceptions::warning, int},
    error::{Exc, PyResult},
    object::native,
    protocol::{attr, call, text},
    runtime::type_of,
    sys,
    thread::Thread,
    value::Value,
};

use super::{
    DEFAULT_BUFFER_SIZE, buffered,
    fileio::{self, FileIo},
    textio,
};
use crate::support::{fspath, str_arg, to_bool, to_i64};

struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

fn parse_mode(t: &mut Thread, mode: &str) -> PyResult<Mode> {
    let has = |c: char| mode.contains(c);
    let repeated = mode.char_indices().any(|(i, c)| mode[..i].contains(c));
    if repeated || mode.chars().any(|c| !"axrwb+t".contains(c)) {
        let value = t.new_str(mode);
        let repr = text::repr_string(t, value)?;
        return Err(t.value_error(format!("invalid mode: {repr}")));
    }
    let mode = Mode {
        creating: has('x'),
        reading: has('r'),
        writing: has('w'),
        appending: has('a'),
        updating: has('+'),
        text: has('t'),
        binary: has('b'),
    };
    if mode.text && mode.binary {
        return Err(t.value_error("can't have text and binary mode at once"));
    }
    let kinds = mode.creating as u8 + mode.reading as u8 + mode.writing as u8 + mode.appending as u8;
    if kinds > 1 {
        return Err(t.value_error("must have exactly one of create/read/write/append mode"));
    }
    if kinds == 0 {
        let message = "Must have exactly one of create/read/write/append mode and at most one plus";
        return Err(t.value_error(message));
    }
    Ok(mode)
}

fn optional_text(t: &mut Thread, value: Value, name: &str) -> PyResult<Option<String>> {
    match value.given_not_none() {
        None => Ok(None),
        Some(v) if v.as_str().is_some() => str_arg(t, v, "open", name).map(Some),
        Some(v) => {
            let got = type_of(v).name();
            Err(t.type_error(format!("open() argument {name} must be str or None, not {got}")))
        }
    }
}

pub(super) fn open(t: &mut Thread, args: &[Value]) -> PyResult {
    let mode_text = match args[1].given() {
        Some(m) => str_arg(t, m, "open", "'mode'")?,
        None => "r".to_owned(),
    };
    let mut buffering = match args[2].given() {
        Some(b) => to_i64(t, b)?,
        None => -1,
    };
    let encoding = optional_text(t, args[3], "'encoding'")?;
    let errors = optional_text(t, args[4], "'errors'")?;
    let newline = optional_text(t, args[5], "'newline'")?;
    let closefd = to_bool(t, args[6], true)?;
    let opener = args[7].or(Value::NONE);
    let file = if int::as_int(args[0]).is_some() { args[0] } else { fspath(t, args[0])? };
    let mode = parse_mode(t, &mode_text)?;
    if mode.binary {
        for (given, name) in [(&encoding, "an encoding"), (&errors, "an errors"), (&newline, "a newline")] {
            if given.is_some() {
                return Err(t.value_error(format!("binary mode doesn't take {name} argument")));
            }
        }
        if buffering == 1 {
            let class = t.rt.exception(Exc::RuntimeWarning);
            let message = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
            crate::support::warn(t, class, message)?;
        }
    }
    let raw_mode = format!(
        "{}{}",
        match (mode.creating, mode.reading, mode.writing) {
            (true, ..) => "x",
            (_, true, _) => "r",
            (_, _, true) => "w",
            _ => "a",
        },
        if mode.updating { "+" } else { "" }
    );
    let raw = fileio::open(t, file, &raw_mode, closefd, opener)?;
    match wrap(t, raw, &mode, &mut buffering, (encoding, errors, newline)) {
        Ok(stream) => {
            if !mode.binary {
                let mode = t.new_str(&mode_text);
                attr::setattr_text(t, stream, "mode", mode)?;
            }
            Ok(stream)
        }
        Err(raised) => {
            let exception = t.take_exception(raised);
            if let Err(second) = call::call_method(t, raw, "close", &[]) {
                crate::support::swallow(t, second);
            }
            Err(t.reraise(exception))
        }
    }
}

type TextOptions = (Option<String>, Option<String>, Option<String>);

fn wrap(t: &mut Thread, raw: Value, mode: &Mode, buffering: &mut i64, options: TextOptions) -> PyResult {
    let (encoding, errors, newline) = options;
    let is_tty = {
        let fd = native::payload::<FileIo>(raw).map_or(-1, |f| f.fd());
        // SAFETY: a plain system call; it only asks.
        *buffering < 0 && unsafe { libc::isatty(fd) } == 1
    };
    let line_buffering = *buffering == 1 && !mode.binary || is_tty;
    let size = match *buffering {
        1 => DEFAULT_BUFFER_SIZE,
        n if n < 0 => {
            let block = attr::getattr_text(t, raw, "_blksize")?;
            (to_i64(t, block)?.max(1) as usize).clamp(DEFAULT_BUFFER_SIZE, 8 << 20)
        }
        n => n as usize,
    };
    if size == 0 {
        if mode.binary {
            return Ok(raw);
        }
        return Err(t.value_error("can't have unbuffered text I/O"));
    }
    let def = match (mode.updating, mode.reading) {
        (true, _) => &buffered::RANDOM_DEF,
        (_, true) => &buffered::READER_DEF,
        _ => &buffered::WRITER_DEF,
    };
    if mode.updating && call::call_method(t, raw, "seekable", &[])? != Value::TRUE {
        return Err(super::base::unsupported(t, "File or stream is not seekable."));
    }
    let buffer = buffered::open(t, def, raw, size)?;
    if mode.binary {
        return Ok(buffer);
    }
    let options = textio::Options {
        encoding: encoding.as_deref(),
        errors: errors.as_deref().unwrap_or("strict"),
        newline: newline.as_deref(),
        line_buffering,
        write_through: false,
    };
    textio::open(t, buffer, &options)
}

pub(super) fn open_code(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[0].as_str().is_none() {
        let got = type_of(args[0]).name();
        return Err(t.type_error(format!("open_code() argument 'path' must be str, not {got}")));
    }
    let mode = t.new_str("rb");
    let unset = Value::UNSET;
    open(t, &[args[0], mode, unset, unset, unset, unset, unset, unset])
}

pub(super) fn text_encoding(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[0].given_not_none() {
        Some(encoding) => Ok(encoding),
        None => {
            let level = match args[1].given() {
                Some(level) => crate::support::to_i64(t, level)?,
                None => 2,
            };
            warn_default_encoding(t, level)?;
            let encoding = if sys::flag(t, "utf8_mode")? { "utf-8" } else { "locale" };
            Ok(t.intern(encoding))
        }
    }
}

/// EncodingWarning for a text file without an encoding, if `-X warn_default_encoding` asks for it.
pub(super) fn warn_default_encoding(t: &mut Thread, level: i64) -> PyResult<()> {
    if sys::flag(t, "warn_default_encoding")? {
        warning::warn(t, Exc::EncodingWarning, "'encoding' argument not specified", level)?;
    }
    Ok(())
}

/// Leaves closing to the stream above; for the standard streams, whose descriptors stay open.
pub(super) fn never_close(raw: Value) {
    if let Some(file) = native::payload::<FileIo>(raw) {
        // Relaxed: one flag, nothing else is ordered by it.
        file.owned.store(true, Relaxed);
    }
}
