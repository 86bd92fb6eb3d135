//! Reading text.

use pystm_text::{TextBuf, Units};
use pystm_vm::{
    builtins::str::Str,
    error::{Exc, PyResult},
    protocol::call,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{check_open, coding, is_exact, this, write};
use crate::{
    io::{base::unsupported, buffered, text_lines},
    support::optional_size,
};

fn check_readable(t: &mut Thread, object: Value) -> PyResult<()> {
    if this(object).state.lock().readable { Ok(()) } else { Err(unsupported(t, "not readable")) }
}

/// Reads and decodes one more chunk. False at the end.
pub(super) fn read_chunk(t: &mut Thread, object: Value, hint: usize) -> PyResult<bool> {
    check_readable(t, object)?;
    let (telling, has_read1, chunk, ratio) = {
        let s = this(object).state.lock();
        (s.telling, s.has_read1, s.chunk, s.bytes_per_char)
    };
    let before = if telling { Some(coding::decoder_state(t, object)?) } else { None };
    let hint = if hint > 0 { (ratio.max(1.0) * hint as f64) as usize } else { 0 };
    let size = chunk.max(hint);
    let buffer = super::buffer(t, object)?;
    let input = if has_read1 && buffered::is_known_open(t, buffer) {
        buffered::read_once(t, buffer, Some(size))?
    } else {
        let name = if has_read1 { "read1" } else { "read" };
        let got = call::call_method(t, buffer, name, &[Value::small(size as i64)])?;
        match pystm_vm::builtins::buffer::try_get(t, got)? {
            Some(b) => b.into_vec(),
            None => {
                let got = type_of(got).name();
                let message =
                    format!("underlying {name}() should have returned a bytes-like object, not '{got}'");
                return Err(t.type_error(message));
            }
        }
    };
    let end = input.is_empty();
    let text = coding::decode(t, object, &input, end)?;
    let mut s = this(object).state.lock();
    let n = text.len();
    s.bytes_per_char = if n > 0 { input.len() as f64 / n as f64 } else { 0.0 };
    s.set_decoded(text);
    if let Some((mut bytes, flags)) = before {
        bytes.extend_from_slice(&input);
        s.snapshot = Some((flags, bytes));
    }
    Ok(!end || n > 0)
}

/// Takes up to `n` decoded characters.
pub(super) fn take(object: Value, n: usize, out: &mut TextBuf) {
    let mut s = this(object).state.lock();
    let (from, to) = (s.used, s.used.saturating_add(n).min(s.decoded.len()));
    out.push_units(s.decoded.as_units().slice(from..to));
    s.used = to;
}

pub(super) fn read(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    let n = optional_size(t, args[1])?;
    super::buffer(t, object)?;
    check_open(t, object)?;
    check_readable(t, object)?;
    write::flush_pending(t, object)?;
    let mut out = TextBuf::new();
    let Some(n) = n else {
        take(object, usize::MAX, &mut out);
        let buffer = super::buffer(t, object)?;
        let bytes = call::call_method(t, buffer, "read", &[])?;
        let text = if bytes.is_none() {
            return Err(would_block(t));
        } else if let Some(bytes) = bytes.as_bytes() {
            coding::decode(t, object, bytes.as_slice(), true)?
        } else {
            let name = type_of(bytes).name();
            return Err(t.type_error(format!(
                "underlying read() should have returned a bytes-like object, not '{name}'"
            )));
        };
        let mut s = this(object).state.lock();
        s.set_decoded(TextBuf::new());
        s.snapshot = None;
        drop(s);
        if out.is_empty() {
            return Str::from_buf(t, &text);
        }
        out.push_units(text.as_units());
        return Str::from_buf(t, &out);
    };
    take(object, n, &mut out);
    while out.len() < n {
        if !read_chunk(t, object, n - out.len())? {
            break;
        }
        take(object, n - out.len(), &mut out);
    }
    Str::from_buf(t, &out)
}

#[cold]
fn would_block(t: &mut Thread) -> pystm_vm::error::Raised {
    t.raise(Exc::BlockingIOError, "Read returned None.")
}

/// A line found in the decoded text.
enum Line {
    /// Copied out.
    Short([u8; 128], usize),
    /// Copied out.
    Long(TextBuf),
}

impl Line {
    fn of(units: Units<'_>) -> Line {
        match units {
            Units::One(b) if b.len() <= 128 => {
                let mut bytes = [0; 128];
                bytes[..b.len()].copy_from_slice(b);
                Line::Short(bytes, b.len())
            }
            units => Line::Long(TextBuf::from(units)),
        }
    }

    fn into_value(self, t: &mut Thread) -> PyResult {
        match self {
            Line::Short(bytes, n) => Str::from_units(t, Units::One(&bytes[..n])),
            Line::Long(text) => Str::from_buf(t, &text),
        }
    }
}

fn line(t: &mut Thread, object: Value, limit: Option<usize>) -> PyResult {
    check_open(t, object)?;
    write::flush_pending(t, object)?;
    // Parts of the line from earlier chunks.
    let mut start = TextBuf::new();
    loop {
        {
            let mut s = this(object).state.lock();
            let (used, len) = (s.used, s.decoded.len());
            if used < len {
                let units = s.decoded.as_units();
                let straddles = s.newline.read_text() == Some("\r\n")
                    && start.as_units().get(start.len().wrapping_sub(1)) == Some(13)
                    && units.at(used) == 10;
                let end = if straddles {
                    Some(used + 1)
                } else {
                    text_lines::find_line_end(units, used, &s.newline)
                };
                let room = limit.map_or(len, |n| used + (n - start.len()).min(len - used));
                let stop = end.unwrap_or(len).min(room);
                let done =
                    end.is_some_and(|e| e <= room) || limit.is_some_and(|n| start.len() + stop - used >= n);
                let part = units.slice(used..stop);
                if done && start.is_empty() {
                    let line = Line::of(part);
                    s.used = stop;
                    drop(s);
                    return line.into_value(t);
                }
                start.push_units(part);
                s.used = stop;
                if done {
                    break;
                }
            }
            if limit == Some(start.len()) {
                break;
            }
        }
        let mut more = read_chunk(t, object, 0)?;
        while more && this(object).state.lock().decoded.is_empty() {
            more = read_chunk(t, object, 0)?;
        }
        if !more {
            let mut s = this(object).state.lock();
            s.set_decoded(TextBuf::new());
            s.snapshot = None;
            break;
        }
    }
    Str::from_buf(t, &start)
}

pub(super) fn readline(t: &mut Thread, args: &[Value]) -> PyResult {
    super::buffer(t, args[0])?;
    let limit = match args[1].given() {
        Some(v) if v.is_none() => {
            return Err(t.type_error("'NoneType' object cannot be interpreted as an integer"));
        }
        Some(v) => optional_size(t, v)?,
        None => None,
    };
    line(t, args[0], limit)
}

pub(super) fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    super::buffer(t, object)?;
    this(object).state.lock().telling = false;
    let result = if is_exact(t, object) {
        line(t, object, None)?
    } else {
        let line = call::call_method(t, object, "readline", &[])?;
        if line.as_str().is_none() {
            let name = type_of(line).name();
            return Err(
                t.raise(Exc::OSError, format!("readline() should have returned a str object, not '{name}'"))
            );
        }
        line
    };
    if result.as_str().is_some_and(|s| s.is_empty()) {
        let mut s = this(object).state.lock();
        s.snapshot = None;
        s.telling = s.seekable;
        drop(s);
        return Err(t.stop_iteration());
    }
    Ok(result)
}
