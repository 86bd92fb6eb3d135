//! The reading half of buffered streams.

use pystm_vm::{
    builtins::{buffer, bytearray},
    error::{Exc, PyResult},
    protocol::call,
    thread::Thread,
    value::Value,
};

use super::{alone::alone, check_open, raw, read_size, this, write::flush_buffer};
use crate::{
    io::fileio,
    support::{bytes_value, optional_size, to_i64},
};

/// Most bytes that are asked for at once: a size that a program names says nothing about what is there.
const LARGEST_READ: usize = 1 << 26;

/// Reads up to `n` bytes from the raw stream. `None`: nothing there yet.
fn raw_read(t: &mut Thread, object: Value, n: usize) -> PyResult<Option<Vec<u8>>> {
    let raw = raw(t, object)?;
    if let Some(file) = fileio::exact(t, raw)
        && file.fd() >= 0
        && file.is_readable()
    {
        let mut data = vec![0; n];
        let got = fileio::read_fd(t, file.fd(), &mut data)?;
        return Ok(got.map(|n| {
            data.truncate(n);
            data
        }));
    }
    let array = bytearray::new(t, &vec![0; n])?;
    let view = pystm_vm::builtins::memoryview::from_object(t, array.value())?;
    let got = call::call_method(t, raw, "readinto", &[view]);
    call::call_method(t, view, "release", &[])?;
    let got = got?;
    if got.is_none() {
        return Ok(None);
    }
    if pystm_vm::builtins::int::as_int(got).is_none() {
        return Err(t.raise(Exc::OSError, "raw readinto() failed"));
    }
    let got = to_i64(t, got)?;
    if got < 0 || got as usize > n {
        let message =
            format!("raw readinto() returned invalid length {got} (should have been between 0 and {n})");
        return Err(t.raise(Exc::OSError, message));
    }
    Ok(Some(array.as_slice()[..got as usize].to_vec()))
}

/// Reads once into the empty buffer. `None`: nothing there yet; 0: at the end.
fn fill(t: &mut Thread, object: Value) -> PyResult<Option<usize>> {
    let size = this(object).size.load(std::sync::atomic::Ordering::Relaxed);
    let Some(data) = raw_read(t, object, size)? else { return Ok(None) };
    let n = data.len();
    let mut buffers = this(object).buffers.lock();
    if buffers.read_at == buffers.read.len() {
        buffers.read = data;
        buffers.read_at = 0;
    } else {
        buffers.read.extend_from_slice(&data);
    }
    Ok(Some(n))
}

/// Takes up to `n` bytes out of the buffer.
fn take(object: Value, n: usize, out: &mut Vec<u8>) {
    let mut buffers = this(object).buffers.lock();
    let at = buffers.read_at;
    let n = n.min(buffers.read.len() - at);
    out.extend_from_slice(&buffers.read[at..at + n]);
    buffers.read_at = at + n;
}

fn available(object: Value) -> usize {
    let buffers = this(object).buffers.lock();
    buffers.read.len() - buffers.read_at
}

/// Gets `n` bytes, fewer at the end. `None`: nothing there yet.
fn read_exactly(t: &mut Thread, object: Value, n: usize) -> PyResult<Option<Vec<u8>>> {
    if !t.mutator.fits(n) {
        return Err(t.memory_error());
    }
    let mut out = Vec::with_capacity(n.min(1 << 20));
    take(object, n, &mut out);
    let size = this(object).size.load(std::sync::atomic::Ordering::Relaxed);
    while out.len() < n {
        let missing = n - out.len();
        // Whole blocks go around the buffer.
        if missing >= size {
            let whole = missing - missing % size;
            match raw_read(t, object, whole.min(LARGEST_READ.max(size)))? {
                None if out.is_empty() => return Ok(None),
                None => break,
                Some(data) if data.is_empty() => break,
                Some(data) => out.extend_from_slice(&data),
            }
            continue;
        }
        match fill(t, object)? {
            None if out.is_empty() => return Ok(None),
            None | Some(0) => break,
            Some(_) => take(object, missing, &mut out),
        }
    }
    Ok(Some(out))
}

fn read_all(t: &mut Thread, object: Value) -> PyResult {
    let mut out = Vec::new();
    take(object, usize::MAX, &mut out);
    flush_buffer(t, object)?;
    let raw = raw(t, object)?;
    if let Some(file) = fileio::exact(t, raw)
        && file.fd() >= 0
        && file.is_readable()
    {
        return match fileio::read_to_end(t, file.fd())? {
            Some(rest) if out.is_empty() => bytes_value(t, &rest),
            Some(rest) => {
                out.extend_from_slice(&rest);
                bytes_value(t, &out)
            }
            None if out.is_empty() => Ok(Value::NONE),
            None => bytes_value(t, &out),
        };
    }
    if let Some(readall) = pystm_vm::protocol::attr::find_attr(t, raw, "readall")? {
        let rest = call::call(t, readall, &[])?;
        if rest.is_none() {
            return if out.is_empty() { Ok(Value::NONE) } else { bytes_value(t, &out) };
        }
        let Some(rest) = rest.as_bytes() else { return Err(t.type_error("readall() should return bytes")) };
        out.extend_from_slice(rest.as_slice());
        return bytes_value(t, &out);
    }
    loop {
        let chunk = call::call_method(t, raw, "read", &[])?;
        if chunk.is_none() {
            return if out.is_empty() { Ok(Value::NONE) } else { bytes_value(t, &out) };
        }
        let Some(chunk) = chunk.as_bytes() else {
            return Err(t.type_error("IOBase.read() should return bytes"));
        };
        if chunk.is_empty() {
            return bytes_value(t, &out);
        }
        out.extend_from_slice(chunk.as_slice());
    }
}

pub(super) fn read(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = read_size(t, args[1])?;
    check_open(t, args[0], "read")?;
    let Some(n) = n else { return read_all(t, args[0]) };
    flush_buffer(t, args[0])?;
    match read_exactly(t, args[0], n)? {
        Some(data) => bytes_value(t, &data),
        None => Ok(Value::NONE),
    }
}

pub(super) fn read1(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = optional_size(t, args[1])?;
    check_open(t, args[0], "read")?;
    let data = once(t, args[0], n)?;
    bytes_value(t, &data)
}

/// At most one raw read, at most `n` bytes (by default as many as the buffer holds).
pub(in crate::io) fn read_once(t: &mut Thread, object: Value, n: Option<usize>) -> PyResult<Vec<u8>> {
    alone(t, object, |t| once(t, object, n))
}

fn once(t: &mut Thread, object: Value, n: Option<usize>) -> PyResult<Vec<u8>> {
    let n = n.unwrap_or_else(|| this(object).size.load(std::sync::atomic::Ordering::Relaxed));
    let mut out = Vec::new();
    if n == 0 {
        return Ok(out);
    }
    flush_buffer(t, object)?;
    if available(object) > 0 {
        take(object, n, &mut out);
        return Ok(out);
    }
    Ok(raw_read(t, object, n)?.unwrap_or_default())
}

fn read_into(t: &mut Thread, args: &[Value], at_most_once: bool) -> PyResult {
    let (object, target) = (args[0], args[1]);
    let _pin = buffer::pin(t, target);
    let n = buffer::writable_len(t, target)?;
    check_open(t, object, "readinto")?;
    flush_buffer(t, object)?;
    let data = if at_most_once {
        once(t, object, Some(n))?
    } else {
        match read_exactly(t, object, n)? {
            Some(data) => data,
            None => return Ok(Value::NONE),
        }
    };
    buffer::write(t, target, 0, &data)?;
    Ok(Value::small(data.len() as i64))
}

pub(super) fn readinto(t: &mut Thread, args: &[Value]) -> PyResult {
    read_into(t, args, false)
}

pub(super) fn readinto1(t: &mut Thread, args: &[Value]) -> PyResult {
    read_into(t, args, true)
}

pub(super) fn peek(t: &mut Thread, args: &[Value]) -> PyResult {
    check_open(t, args[0], "peek")?;
    flush_buffer(t, args[0])?;
    if available(args[0]) == 0 {
        fill(t, args[0])?;
    }
    let data = {
        let buffers = this(args[0]).buffers.lock();
        buffers.read[buffers.read_at..].to_vec()
    };
    bytes_value(t, &data)
}

fn line(t: &mut Thread, object: Value, limit: Option<usize>) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        {
            let mut buffers = this(object).buffers.lock();
            let at = buffers.read_at;
            let ahead = &buffers.read[at..];
            let room = limit.map_or(ahead.len(), |n| (n - out.len()).min(ahead.len()));
            let ahead = &ahead[..room];
            let newline = ahead.iter().position(|&b| b == b'\n');
            let n = newline.map_or(room, |i| i + 1);
            out.extend_from_slice(&ahead[..n]);
            buffers.read_at = at + n;
            if newline.is_some() || limit == Some(out.len()) {
                return Ok(out);
            }
        }
        if matches!(fill(t, object)?, None | Some(0)) {
            return Ok(out);
        }
    }
}

pub(super) fn readline(t: &mut Thread, args: &[Value]) -> PyResult {
    let limit = optional_size(t, args[1])?;
    check_open(t, args[0], "readline")?;
    flush_buffer(t, args[0])?;
    let line = line(t, args[0], limit)?;
    bytes_value(t, &line)
}

pub(super) fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    if !super::is_exact(t, args[0]) {
        let line = call::call_method(t, args[0], "readline", &[])?;
        return if pystm_vm::protocol::truth::len(t, line)? == 0 {
            Err(t.stop_iteration())
        } else {
            Ok(line)
        };
    }
    let line = alone(t, args[0], |t| {
        check_open(t, args[0], "readline")?;
        flush_buffer(t, args[0])?;
        line(t, args[0], None)
    })?;
    if line.is_empty() { Err(t.stop_iteration()) } else { bytes_value(t, &line) }
}
