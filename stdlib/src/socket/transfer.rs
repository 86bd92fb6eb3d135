//! Sending and receiving bytes.

use std::sync::atomic::Ordering::Relaxed;

use pystm_vm::{
    builtins::{buffer, tuple, tuple::Tuple},
    error::PyResult,
    object::Ref,
    thread::Thread,
    value::Value,
};

use super::{
    address::{self, Address},
    object::{repeat, this},
};
use crate::support::{bytes_value, check_signals, to_i32, to_i64};

fn flags(t: &mut Thread, value: Value) -> PyResult<i32> {
    match value.given() {
        Some(v) => to_i32(t, v),
        None => Ok(0),
    }
}

/// A number of bytes to be received by `caller`.
fn size(t: &mut Thread, value: Value, caller: &str) -> PyResult<usize> {
    match value.given() {
        None => Ok(0),
        Some(v) => match usize::try_from(to_i64(t, v)?) {
            Ok(n) => Ok(n),
            Err(_) => Err(t.value_error(format!("negative buffersize in {caller}"))),
        },
    }
}

/// Memory to receive into; MemoryError if there is not that much.
pub(super) fn room(t: &mut Thread, size: usize) -> PyResult<Vec<u8>> {
    let mut data = Vec::new();
    if size > pystm_vm::builtins::bytes::MAX_LEN || data.try_reserve_exact(size).is_err() {
        return Err(t.memory_error());
    }
    data.resize(size, 0);
    Ok(data)
}

/// Receives at most `size` bytes.
fn receive(t: &mut Thread, socket: Value, size: usize, flags: i32) -> PyResult<Vec<u8>> {
    let state = this(socket);
    let mut data = room(t, size)?;
    let n = repeat(t, state, libc::POLLIN, state.deadline(), |fd| {
        // SAFETY: the buffer is writable for its length.
        unsafe { libc::recv(fd, data.as_mut_ptr().cast(), data.len(), flags) }
    })?;
    data.truncate(n);
    Ok(data)
}

/// Receives at most `size` bytes, and where they came from.
fn receive_from(t: &mut Thread, socket: Value, size: usize, flags: i32) -> PyResult<(Vec<u8>, Value)> {
    let state = this(socket);
    let mut data = room(t, size)?;
    let mut source = Address::room();
    let full = source.len;
    let n = repeat(t, state, libc::POLLIN, state.deadline(), |fd| {
        source.len = full;
        let (at, len) = (data.as_mut_ptr().cast(), data.len());
        // SAFETY: buffer and address live as long as the call and have the lengths given.
        unsafe { libc::recvfrom(fd, at, len, flags, source.as_mut_ptr(), &mut source.len) }
    })?;
    data.truncate(n);
    Ok((data, address::to_value(t, &source)?))
}

pub(super) fn recv(t: &mut Thread, args: &[Value]) -> PyResult {
    let (size, flags) = (size(t, args[1], "recv")?, flags(t, args[2])?);
    let data = receive(t, args[0], size, flags)?;
    bytes_value(t, &data)
}

pub(super) fn recv_into(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin(t, args[1]);
    let room = buffer::writable_len(t, args[1])?;
    let (wanted, flags) = (size(t, args[2], "recv_into")?, flags(t, args[3])?);
    if wanted > room {
        return Err(t.value_error("buffer too small for requested bytes"));
    }
    let data = receive(t, args[0], if wanted == 0 { room } else { wanted }, flags)?;
    buffer::write(t, args[1], 0, &data)?;
    Ok(Value::small(data.len() as i64))
}

pub(super) fn recvfrom(t: &mut Thread, args: &[Value]) -> PyResult {
    let (size, flags) = (size(t, args[1], "recvfrom")?, flags(t, args[2])?);
    let (data, source) = receive_from(t, args[0], size, flags)?;
    let data = bytes_value(t, &data)?;
    Ok(tuple::new_small(t, &[data, source]))
}

pub(super) fn recvfrom_into(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin(t, args[1]);
    let room = buffer::writable_len(t, args[1])?;
    let (wanted, flags) = (size(t, args[2], "recvfrom_into")?, flags(t, args[3])?);
    if wanted > room {
        return Err(t.value_error("nbytes is greater than the length of the buffer"));
    }
    let (data, source) = receive_from(t, args[0], if wanted == 0 { room } else { wanted }, flags)?;
    buffer::write(t, args[1], 0, &data)?;
    Ok(tuple::new_small(t, &[Value::small(data.len() as i64), source]))
}

pub(super) fn send(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[1])?;
    let flags = flags(t, args[2])?;
    let state = this(args[0]);
    let n = repeat(t, state, libc::POLLOUT, state.deadline(), |fd| {
        // SAFETY: the bytes are readable for their length.
        unsafe { libc::send(fd, data.as_ptr().cast(), data.len(), flags) }
    })?;
    Ok(Value::small(n as i64))
}

pub(super) fn sendall(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[1])?;
    let flags = flags(t, args[2])?;
    let state = this(args[0]);
    // The timeout counts for all parts together.
    let deadline = state.deadline();
    let mut rest = data.as_slice();
    loop {
        let n = repeat(t, state, libc::POLLOUT, deadline, |fd| {
            // SAFETY: the bytes are readable for their length.
            unsafe { libc::send(fd, rest.as_ptr().cast(), rest.len(), flags) }
        })?;
        rest = &rest[n..];
        if rest.is_empty() {
            return Ok(Value::NONE);
        }
        check_signals(t)?;
    }
}

pub(super) fn sendto(t: &mut Thread, args: &[Value]) -> PyResult {
    let given = Ref::<Tuple>::known(args[1]);
    let (data, given_flags, target) = match *given.values() {
        [data, target] => (data, Value::UNSET, target),
        [data, flags, target] => (data, flags, target),
        _ => {
            let n = given.len();
            return Err(t.type_error(format!("sendto() takes 2 or 3 arguments ({n} given)")));
        }
    };
    let data = buffer::to_vec(t, data)?;
    let flags = flags(t, given_flags)?;
    let state = this(args[0]);
    let target = address::parse(t, state.family.load(Relaxed), target, "sendto")?;
    let n = repeat(t, state, libc::POLLOUT, state.deadline(), |fd| {
        // SAFETY: bytes and address live as long as the call and have the lengths given.
        unsafe { libc::sendto(fd, data.as_ptr().cast(), data.len(), flags, target.as_ptr(), target.len) }
    })?;
    Ok(Value::small(n as i64))
}
