//! The writing half of buffered streams.

use std::sync::atomic::Ordering::Relaxed;

use pystm_vm::{
    atomic::effects::{self, Sink},
    builtins::buffer,
    error::{Exc, PyResult},
    object::native,
    protocol::call,
    thread::Thread,
    value::Value,
};

use super::{Buffered, alone::alone, check_open, is_known_open, raw, raw_closed, this, undo_read_ahead};
use crate::{
    io::{base, fileio},
    support::{bytes_value, check_signals, int_value, to_i64},
};

/// Writes to the raw stream once. `None`: it would block.
fn raw_write(t: &mut Thread, object: Value, data: &[u8]) -> PyResult<Option<usize>> {
    let raw = raw(t, object)?;
    if let Some(file) = fileio::exact(t, raw)
        && file.fd() >= 0
        && file.is_writable()
    {
        return fileio::write_fd(t, file.fd(), data);
    }
    let bytes = bytes_value(t, data)?;
    let n = call::call_method(t, raw, "write", &[bytes])?;
    if n.is_none() {
        return Ok(None);
    }
    let n = to_i64(t, n)?;
    if n < 0 || n as usize > data.len() {
        let most = data.len();
        let message =
            format!("raw write() returned invalid length {n} (should have been between 0 and {most})");
        return Err(t.raise(Exc::OSError, message));
    }
    Ok(Some(n as usize))
}

/// Writes out the write buffer. BlockingIOError if the raw stream would block.
pub(super) fn flush_buffer(t: &mut Thread, object: Value) -> PyResult<()> {
    loop {
        let data = {
            let mut buffers = this(object).buffers.lock();
            if buffers.write.is_empty() {
                return Ok(());
            }
            std::mem::take(&mut buffers.write)
        };
        let written = raw_write(t, object, &data);
        let done = *written.as_ref().ok().and_then(|n| n.as_ref()).unwrap_or(&0);
        if done < data.len() {
            // What is left goes back to the front, before anything written meanwhile.
            let mut buffers = this(object).buffers.lock();
            buffers.write.splice(0..0, data[done..].iter().copied());
        }
        if done == data.len() {
            // Keep the memory of the buffer for the next writes.
            let mut buffers = this(object).buffers.lock();
            if buffers.write.is_empty() {
                buffers.write = data;
                buffers.write.clear();
            }
        }
        if written?.is_none() {
            return Err(would_block(t, 0));
        }
        // A signal may have been what ended the write early; the next one may wait for ever.
        check_signals(t)?;
    }
}

fn would_block(t: &mut Thread, written: usize) -> pystm_vm::error::Raised {
    let class = t.rt.exception(Exc::BlockingIOError);
    let text = t.new_str("write could not complete without blocking");
    let args = [Value::small(libc::EAGAIN as i64), text, Value::small(written as i64)];
    match call::call(t, class, &args) {
        Ok(e) => t.raise_value(e),
        Err(raised) => raised,
    }
}

/// What the open block does with a stream that it writes to.
static SINK: Sink = Sink {
    add: |stream, bytes, _| {
        if let Some(state) = native::peek_at_once::<Buffered>(stream) {
            state.buffers.lock().committed.extend_from_slice(bytes);
        }
    },
    finish: |t, stream, flush| if flush { flush_alone(t, stream) } else { alone(t, stream, |_| Ok(())) },
};

/// Takes what a committed block has written, if the stream is one of this module.
pub(in crate::io) fn commit(stream: Value, bytes: &mut Vec<u8>) {
    if let Some(state) = native::peek_at_once::<Buffered>(stream) {
        state.buffers.lock().committed.append(bytes);
    }
}

/// Whether what is written to the stream is kept until the open block commits.
fn is_kept(t: &mut Thread, object: Value) -> bool {
    native::outlives_block(object) && is_known_open(t, object) && effects::are_kept(t)
}

/// What committed blocks have written goes the way of all that is written. The calling thread has the stream to itself.
pub(super) fn take_over(t: &mut Thread, object: Value) -> PyResult<()> {
    let committed = std::mem::take(&mut this(object).buffers.lock().committed);
    if committed.is_empty() { Ok(()) } else { add(t, object, &committed) }
}

/// Writes what `take` finds once the stream belongs to this thread, and returns it.
pub(in crate::io) fn write_from(
    t: &mut Thread,
    object: Value,
    take: impl FnOnce() -> Vec<u8>,
) -> PyResult<Vec<u8>> {
    if is_kept(t, object) {
        let data = take();
        effects::write(t, &SINK, object, object, &data, false);
        return Ok(data);
    }
    alone(t, object, |t| {
        let data = take();
        add(t, object, &data).map(|()| data)
    })
}

/// Adds bytes to the write buffer, writing out what does not fit.
fn add(t: &mut Thread, object: Value, data: &[u8]) -> PyResult<()> {
    let state = this(object);
    let size = state.size.load(Relaxed);
    {
        let mut buffers = state.buffers.lock();
        if buffers.read.is_empty() && buffers.write.len() + data.len() <= size {
            buffers.write.extend_from_slice(data);
            return Ok(());
        }
    }
    undo_read_ahead(t, object)?;
    let before = state.buffers.lock().write.len();
    if before + data.len() <= size {
        state.buffers.lock().write.extend_from_slice(data);
        return Ok(());
    }
    if let Err(raised) = flush_buffer(t, object) {
        if !t.pending_is(Exc::BlockingIOError) {
            return Err(raised);
        }
        // Take what still fits, and say how much that was.
        let room = size.saturating_sub(state.buffers.lock().write.len());
        if data.len() <= room {
            t.take_exception(raised);
            state.buffers.lock().write.extend_from_slice(data);
            return Ok(());
        }
        t.take_exception(raised);
        state.buffers.lock().write.extend_from_slice(&data[..room]);
        return Err(would_block(t, room));
    }
    let mut rest = data;
    while rest.len() > size {
        match raw_write(t, object, rest)? {
            Some(n) => {
                rest = &rest[n..];
                check_signals(t)?;
            }
            None => {
                let room = size.min(rest.len());
                state.buffers.lock().write.extend_from_slice(&rest[..room]);
                let done = data.len() - rest.len() + room;
                return Err(would_block(t, done));
            }
        }
    }
    state.buffers.lock().write.extend_from_slice(rest);
    Ok(())
}

pub(super) fn write(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].as_str().is_some() {
        return Err(t.type_error("a bytes-like object is required, not 'str'"));
    }
    let data = buffer::get(t, args[1])?.into_vec();
    if is_kept(t, args[0]) {
        effects::write(t, &SINK, args[0], args[0], &data, false);
        return Ok(int_value(t, data.len() as i64));
    }
    alone(t, args[0], |t| {
        check_open(t, args[0], "write")?;
        add(t, args[0], &data)
    })?;
    Ok(int_value(t, data.len() as i64))
}

/// Writes out the buffer and flushes nothing else.
pub(in crate::io) fn flush_now(t: &mut Thread, object: Value) -> PyResult<()> {
    alone(t, object, |t| {
        check_open(t, object, "flush")?;
        flush_buffer(t, object)
    })
}

pub(super) fn flush(t: &mut Thread, args: &[Value]) -> PyResult {
    if is_kept(t, args[0]) {
        effects::write(t, &SINK, args[0], args[0], &[], true);
    } else {
        flush_alone(t, args[0])?;
    }
    Ok(Value::NONE)
}

fn flush_alone(t: &mut Thread, object: Value) -> PyResult<()> {
    alone(t, object, |t| {
        if raw_closed(t, object)? {
            return Err(base::closed_error(t));
        }
        flush_buffer(t, object)?;
        undo_read_ahead(t, object)
    })
}
