//! Connections: binding, listening, accepting, connecting.

use std::sync::atomic::Ordering::Relaxed;

use pystm_vm::{builtins::tuple, error::PyResult, thread::Thread, value::Value};

use super::{
    address::{self, Address},
    object::{from_fd, repeat, this, wait},
    options,
};
use crate::support::{check_signals, errno, last_os_error, os_error, to_i32};

pub(super) fn bind(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    let address = address::parse(t, state.family.load(Relaxed), args[1], "bind")?;
    // SAFETY: the address lives as long as the call and has the length given.
    match unsafe { libc::bind(state.fd(), address.as_ptr(), address.len) } {
        0 => Ok(Value::NONE),
        _ => Err(last_os_error(t)),
    }
}

pub(super) fn listen(t: &mut Thread, args: &[Value]) -> PyResult {
    let backlog = match args[1].given() {
        Some(n) => to_i32(t, n)?.max(0),
        None => libc::SOMAXCONN.min(128),
    };
    // SAFETY: a plain system call.
    match unsafe { libc::listen(this(args[0]).fd(), backlog) } {
        0 => Ok(Value::NONE),
        _ => Err(last_os_error(t)),
    }
}

pub(super) fn accept(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    let mut peer = Address::room();
    let full = peer.len;
    let fd = repeat(t, state, libc::POLLIN, state.deadline(), |fd| {
        peer.len = full;
        // SAFETY: the address lives as long as the call and has the length given.
        unsafe { libc::accept4(fd, peer.as_mut_ptr(), &mut peer.len, libc::SOCK_CLOEXEC) as isize }
    })?;
    let peer = address::to_value(t, &peer)?;
    Ok(tuple::new_small(t, &[Value::small(fd as i64), peer]))
}

/// Connects, or gives the error number.
fn connect_to(t: &mut Thread, args: &[Value]) -> PyResult<Result<(), i32>> {
    let state = this(args[0]);
    let peer = address::parse(t, state.family.load(Relaxed), args[1], "connect")?;
    let deadline = state.deadline();
    // SAFETY: the address lives as long as the call and has the length given.
    if t.blocking(|| unsafe { libc::connect(state.fd(), peer.as_ptr(), peer.len) }) == 0 {
        return Ok(Ok(()));
    }
    let code = errno();
    if code == libc::EINTR {
        check_signals(t)?;
    }
    // An interrupted connection goes on by itself.
    let goes_on = match code {
        libc::EINTR => deadline.is_some() || state.is_blocking(),
        libc::EINPROGRESS => deadline.is_some(),
        _ => false,
    };
    if !goes_on {
        return Ok(Err(code));
    }
    wait(t, state, libc::POLLOUT, deadline)?;
    match options::get_int(state.fd(), libc::SOL_SOCKET, libc::SO_ERROR) {
        Some(0 | libc::EISCONN) => Ok(Ok(())),
        Some(code) => Ok(Err(code)),
        None => Ok(Err(errno())),
    }
}

pub(super) fn connect(t: &mut Thread, args: &[Value]) -> PyResult {
    match connect_to(t, args)? {
        Ok(()) => Ok(Value::NONE),
        Err(code) => Err(os_error(t, code, Value::UNSET, Value::UNSET)),
    }
}

pub(super) fn connect_ex(t: &mut Thread, args: &[Value]) -> PyResult {
    match connect_to(t, args) {
        Ok(result) => Ok(Value::small(result.err().unwrap_or(0) as i64)),
        Err(raised) => {
            t.catch(raised, pystm_vm::error::Exc::TimeoutError)?;
            Ok(Value::small(libc::EWOULDBLOCK as i64))
        }
    }
}

/// What `getsockname` or `getpeername` says.
fn name(
    t: &mut Thread,
    object: Value,
    ask: unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut libc::socklen_t) -> i32,
) -> PyResult {
    let mut address = Address::room();
    // SAFETY: the address lives as long as the call and has the length given.
    if unsafe { ask(this(object).fd(), address.as_mut_ptr(), &mut address.len) } < 0 {
        return Err(last_os_error(t));
    }
    address::to_value(t, &address)
}

pub(super) fn getsockname(t: &mut Thread, args: &[Value]) -> PyResult {
    name(t, args[0], libc::getsockname)
}

pub(super) fn getpeername(t: &mut Thread, args: &[Value]) -> PyResult {
    name(t, args[0], libc::getpeername)
}

pub(super) fn shutdown(t: &mut Thread, args: &[Value]) -> PyResult {
    let how = to_i32(t, args[1])?;
    let descriptor = this(args[0]).fd();
    // SAFETY: a plain system call.
    match t.blocking(|| unsafe { libc::shutdown(descriptor, how) }) {
        0 => Ok(Value::NONE),
        _ => Err(last_os_error(t)),
    }
}

pub(super) fn socketpair(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut numbers = [libc::AF_UNIX, libc::SOCK_STREAM, 0];
    for (i, n) in numbers.iter_mut().enumerate() {
        if let Some(v) = args[i].given() {
            *n = to_i32(t, v)?;
        }
    }
    let [family, kind, protocol] = numbers;
    let mut fds = [0; 2];
    // SAFETY: room for two descriptors.
    if unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, fds.as_mut_ptr()) } < 0 {
        return Err(last_os_error(t));
    }
    let a = from_fd(t, fds[0], family, kind, protocol)?;
    let b = from_fd(t, fds[1], family, kind, protocol)?;
    Ok(tuple::new_small(t, &[a, b]))
}
