//! Messages with ancillary data: `sendmsg`, `recvmsg` and what measures control messages.

use std::sync::atomic::Ordering::Relaxed;

use pystm_vm::{
    builtins::{buffer, list, tuple},
    error::{Exc, PyResult},
    object::Ref,
    protocol::iter,
    thread::Thread,
    value::Value,
};

use super::{
    address::{self, Address},
    object::{repeat, this},
    transfer::room,
};
use crate::support::{bytes_value, to_i32, to_i64};

/// Bytes of the header of a control message, with padding.
const HEADER: usize = size_of::<libc::cmsghdr>();

/// A length rounded up as the system aligns control messages.
fn aligned(len: usize) -> usize {
    len.next_multiple_of(size_of::<usize>())
}

/// The length argument of `CMSG_LEN` and `CMSG_SPACE`, to which `more` bytes will be added.
fn data_len(t: &mut Thread, value: Value, more: usize, caller: &str) -> PyResult<usize> {
    let n = to_i64(t, value)?;
    match usize::try_from(n).ok().filter(|&n| n <= i32::MAX as usize - more) {
        Some(n) => Ok(n),
        None => Err(t.overflow_error(format!("{caller}() argument out of range"))),
    }
}

pub(super) fn cmsg_len(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small((HEADER + data_len(t, args[0], HEADER, "CMSG_LEN")?) as i64))
}

pub(super) fn cmsg_space(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = data_len(t, args[0], HEADER + size_of::<usize>(), "CMSG_SPACE")?;
    Ok(Value::small((HEADER + aligned(n)) as i64))
}

/// The control messages of an argument, as the system wants them.
fn control(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    let Some(value) = value.given_not_none() else { return Ok(out) };
    let items = match iter::collect(t, value) {
        Ok(items) => items,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            return Err(t.type_error("sendmsg() argument 2 must be an iterable"));
        }
    };
    for i in 0..items.len() {
        let Some(parts) = items[i].as_tuple().filter(|p| p.len() == 3) else {
            return Err(t.type_error("[sendmsg() ancillary data items must be tuples of 3 items]"));
        };
        let (level, kind) = (to_i32(t, parts.at(0))?, to_i32(t, parts.at(1))?);
        let data = buffer::to_vec(t, parts.at(2))?;
        if data.len() > i32::MAX as usize - 2 * HEADER {
            return Err(t.raise(Exc::OSError, "ancillary data item too large"));
        }
        out.extend_from_slice(&(HEADER + data.len()).to_ne_bytes());
        out.extend_from_slice(&level.to_ne_bytes());
        out.extend_from_slice(&kind.to_ne_bytes());
        out.extend_from_slice(&data);
        out.resize(out.len().next_multiple_of(size_of::<usize>()), 0);
    }
    Ok(out)
}

/// The control messages in what the system wrote, a list of `(level, type, data)`.
fn control_value(t: &mut Thread, bytes: &[u8]) -> PyResult {
    let result = list::new(t, &[]);
    let mut rest = bytes;
    while rest.len() >= HEADER {
        let word = |at: usize| i32::from_ne_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]]);
        let mut len = [0; size_of::<usize>()];
        len.copy_from_slice(&rest[..size_of::<usize>()]);
        let len = usize::from_ne_bytes(len);
        if len < HEADER {
            break;
        }
        let (level, kind) = (word(HEADER - 8), word(HEADER - 4));
        let data = bytes_value(t, &rest[HEADER..len.min(rest.len())])?;
        let item = tuple::new_small(t, &[Value::small(level as i64), Value::small(kind as i64), data]);
        list::append(t, Ref::known(result), item);
        rest = rest.get(aligned(len)..).unwrap_or_default();
    }
    Ok(result)
}

/// A message header over parts, an address and control messages.
fn header(parts: &mut [libc::iovec], address: Option<&mut Address>, control: &mut [u8]) -> libc::msghdr {
    // SAFETY: numbers and null pointers.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    if let Some(address) = address {
        header.msg_name = address.as_mut_ptr().cast();
        header.msg_namelen = address.len;
    }
    header.msg_iov = parts.as_mut_ptr();
    header.msg_iovlen = parts.len() as _;
    if !control.is_empty() {
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = control.len() as _;
    }
    header
}

fn parts_of(buffers: &mut [Vec<u8>]) -> Vec<libc::iovec> {
    buffers.iter_mut().map(|b| libc::iovec { iov_base: b.as_mut_ptr().cast(), iov_len: b.len() }).collect()
}

pub(super) fn sendmsg(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    let items = match iter::collect(t, args[1]) {
        Ok(items) => items,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            return Err(t.type_error("sendmsg() argument 1 must be an iterable"));
        }
    };
    let mut buffers = Vec::new();
    for i in 0..items.len() {
        buffers.push(buffer::to_vec(t, items[i])?);
    }
    let mut control = control(t, args[2])?;
    let flags = match args[3].given() {
        Some(v) => to_i32(t, v)?,
        None => 0,
    };
    let mut target = match args[4].given_not_none() {
        Some(v) => Some(address::parse(t, state.family.load(Relaxed), v, "sendmsg")?),
        None => None,
    };
    let mut parts = parts_of(&mut buffers);
    let n = repeat(t, state, libc::POLLOUT, state.deadline(), |fd| {
        let header = header(&mut parts, target.as_mut(), &mut control);
        // SAFETY: all that the header names lives as long as the call.
        unsafe { libc::sendmsg(fd, &header, flags) }
    })?;
    Ok(Value::small(n as i64))
}

/// What `recvmsg` and `recvmsg_into` return: first their own value, then the rest.
fn receive(
    t: &mut Thread,
    args: &[Value],
    caller: &str,
    buffers: &mut [Vec<u8>],
) -> PyResult<(usize, [Value; 3])> {
    let state = this(args[0]);
    let space = match args[2].given() {
        Some(v) => to_i64(t, v)?,
        None => 0,
    };
    let Some(space) = usize::try_from(space).ok().filter(|&n| n <= i32::MAX as usize) else {
        return Err(t.value_error(format!("invalid ancillary data buffer length in {caller}()")));
    };
    let flags = match args[3].given() {
        Some(v) => to_i32(t, v)?,
        None => 0,
    };
    let mut control = room(t, space)?;
    let mut source = Address::room();
    let full = source.len;
    let mut parts = parts_of(buffers);
    let mut answer = (0, 0, 0);
    let n = repeat(t, state, libc::POLLIN, state.deadline(), |fd| {
        source.len = full;
        let mut header = header(&mut parts, Some(&mut source), &mut control);
        // SAFETY: all that the header names lives as long as the call.
        let n = unsafe { libc::recvmsg(fd, &mut header, flags) };
        answer = (header.msg_namelen, header.msg_controllen as usize, header.msg_flags);
        n
    })?;
    source.len = answer.0;
    let ancillary = control_value(t, &control[..answer.1.min(space)])?;
    let source = address::to_value(t, &source)?;
    Ok((n, [ancillary, Value::small(answer.2 as i64), source]))
}

pub(super) fn recvmsg(t: &mut Thread, args: &[Value]) -> PyResult {
    let Ok(size) = usize::try_from(to_i64(t, args[1])?) else {
        return Err(t.value_error("negative buffer size in recvmsg()"));
    };
    let mut buffers = [room(t, size)?];
    let (n, [ancillary, flags, source]) = receive(t, args, "recvmsg", &mut buffers)?;
    let data = bytes_value(t, &buffers[0][..n])?;
    tuple::new(t, &[data, ancillary, flags, source])
}

pub(super) fn recvmsg_into(t: &mut Thread, args: &[Value]) -> PyResult {
    let items = match iter::collect(t, args[1]) {
        Ok(items) => items,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            return Err(t.type_error("recvmsg_into() argument 1 must be an iterable"));
        }
    };
    let mut buffers = Vec::new();
    for i in 0..items.len() {
        let len = buffer::writable_len(t, items[i])?;
        buffers.push(room(t, len)?);
    }
    let (n, [ancillary, flags, source]) = receive(t, args, "recvmsg_into", &mut buffers)?;
    let mut left = n;
    for (i, data) in buffers.iter().enumerate() {
        let part = left.min(data.len());
        buffer::write(t, items[i], 0, &data[..part])?;
        left -= part;
    }
    tuple::new(t, &[Value::small(n as i64), ancillary, flags, source])
}
