//! Writing text.

use pystm_text::{TextBuf, codec::Codec};
use pystm_vm::{
    atomic::effects::{self, Sink},
    builtins::str::Str,
    error::PyResult,
    object::{Ref, native},
    protocol::call,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{TextIo, check_open, coding, peek, this};
use crate::{
    io::{base::unsupported, buffered, fileio, newline, text_lines},
    support::bytes_value,
};

pub(super) fn write(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(text) = args[1].as_str() else {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("write() argument must be str, not {name}")));
    };
    write_text(t, args[0], text)?;
    Ok(Value::small(text.len() as i64))
}

/// Writes a str: encodes it, and hands it on if enough is pending or a line is complete on a line-buffered stream.
pub(in crate::io) fn write_text(t: &mut Thread, object: Value, text: Ref<Str>) -> PyResult<()> {
    check_open(t, object)?;
    let units = text.units();
    let (writable, write_newline, line_buffering, native, read_something) = {
        let s = peek(object).state.lock();
        let touched = s.snapshot.is_some() || !s.decoded.is_empty() || !s.undecoded.is_empty();
        (s.writable, s.newline.write, s.line_buffering, s.codec, touched)
    };
    if !writable {
        return Err(unsupported(t, "not writable"));
    }
    let flush_line = line_buffering && (newline::contains(units, b'\n') || newline::contains(units, b'\r'));
    let translated: Option<TextBuf> = write_newline
        .filter(|_| newline::contains(units, b'\n'))
        .map(|with| text_lines::replace_newlines(units, with));
    let plain =
        translated.is_none() && matches!(native, Some((Codec::Utf8 | Codec::Ascii | Codec::Latin1, _)));
    let encoded;
    let bytes: &[u8] = match text.as_ascii() {
        Some(ascii) if plain => ascii.as_bytes(),
        _ => {
            let units = translated.as_ref().map_or(units, |b| b.as_units());
            encoded = coding::encode(t, object, units)?;
            &encoded
        }
    };
    if let Some(buffer) = kept_until_commit(t, object).filter(|_| !read_something) {
        effects::write(t, &SINK, object, buffer, bytes, flush_line);
        return Ok(());
    }
    let (full, chunk) = {
        let s = this(object).state.lock();
        (s.pending.len() + bytes.len() > s.chunk && !s.pending.is_empty(), s.chunk)
    };
    if full {
        flush_pending(t, object)?;
    }
    let (flush_now, through) = {
        let mut s = this(object).state.lock();
        s.pending.extend_from_slice(bytes);
        (s.pending.len() >= chunk, s.write_through)
    };
    if flush_now || through || flush_line {
        flush_pending(t, object)?;
    }
    if flush_line {
        let buffer = super::buffer(t, object)?;
        if buffered::is_known_open(t, buffer) {
            buffered::flush_now(t, buffer)?;
        } else {
            call::call_method(t, buffer, "flush", &[])?;
        }
    }
    if read_something {
        let mut s = this(object).state.lock();
        s.set_decoded(TextBuf::new());
        s.snapshot = None;
        drop(s);
        coding::reset_decoder(t, object)?;
    }
    Ok(())
}

/// What the open block does with a stream that it writes to and that writes to a native one.
static SINK: Sink = Sink {
    add: |stream, bytes, flush| {
        let Some(text) = native::peek_at_once::<TextIo>(stream) else { return };
        let mut s = text.state.lock();
        s.pending.extend_from_slice(bytes);
        if flush {
            buffered::commit(text.buffer.get(), &mut s.pending);
        }
    },
    finish: |t, stream, flush| {
        let full = {
            let s = peek(stream).state.lock();
            s.pending.len() >= s.chunk || s.write_through
        };
        if flush {
            super::write::flush(t, &[stream])?;
        } else if full {
            flush_pending(t, stream)?;
        }
        Ok(())
    },
};

/// The native stream behind this one, if what is written to it is kept until the open block commits.
fn kept_until_commit(t: &mut Thread, object: Value) -> Option<Value> {
    if !native::outlives_block(object) || !effects::are_kept(t) {
        return None;
    }
    let buffer = peek(object).buffer.get();
    let is_native =
        buffered::is_known_open(t, buffer) || fileio::exact(t, buffer).is_some_and(|f| f.fd() >= 0);
    is_native.then_some(buffer)
}

/// Hands pending bytes to the buffer.
pub(in crate::io) fn flush_pending(t: &mut Thread, object: Value) -> PyResult<()> {
    let buffer = super::buffer(t, object)?;
    let state = this(object);
    if buffered::is_known_open(t, buffer) {
        let mut written =
            buffered::write_from(t, buffer, || std::mem::take(&mut state.state.lock().pending))?;
        // Keep the memory for the next writes.
        let mut s = state.state.lock();
        if s.pending.is_empty() {
            written.clear();
            s.pending = written;
        }
        return Ok(());
    }
    let pending = std::mem::take(&mut state.state.lock().pending);
    if pending.is_empty() {
        return Ok(());
    }
    let bytes = bytes_value(t, &pending)?;
    call::call_method(t, buffer, "write", &[bytes])?;
    Ok(())
}

pub(super) fn flush(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    let buffer = super::buffer(t, object)?;
    check_open(t, object)?;
    if let Some(buffer) = kept_until_commit(t, object) {
        effects::write(t, &SINK, object, buffer, &[], true);
        return Ok(Value::NONE);
    }
    {
        let mut s = this(object).state.lock();
        s.telling = s.seekable;
    }
    flush_pending(t, object)?;
    call::call_method(t, buffer, "flush", &[])
}
