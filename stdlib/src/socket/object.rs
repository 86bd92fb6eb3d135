//! `socket`: the object, its life and its timeout.

use std::{
    sync::atomic::{
        AtomicI32, AtomicI64,
        Ordering::{Relaxed, SeqCst},
    },
    time::{Duration, Instant},
};

use pystm_gc::Marker;
use pystm_vm::{
    builtins::float,
    error::{Exc, PyResult, Raised},
    object::{
        Ref,
        native::{self, Payload},
    },
    protocol::text,
    thread::Thread,
    value::Value,
};

use super::{address::Address, options};
use crate::support::{
    check_signals, errno, float_value, int_value, last_os_error, os_error, to_f64, to_i32, to_i64, warn,
};

/// State of a socket.
pub(super) struct Socket {
    /// The descriptor, -1 once closed.
    fd: AtomicI32,
    pub(super) family: AtomicI32,
    pub(super) kind: AtomicI32,
    pub(super) protocol: AtomicI32,
    /// Nanoseconds that an operation may wait; 0 if it must not, -1 for ever.
    timeout: AtomicI64,
}

impl Payload for Socket {
    fn trace(&self, _: &mut Marker) {}
}

impl Socket {
    /// The descriptor, -1 once closed.
    pub(super) fn fd(&self) -> i32 {
        self.fd.load(SeqCst)
    }

    /// Until when an operation that begins now may wait.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let nanos = self.timeout.load(Relaxed);
        (nanos > 0).then(|| Instant::now() + Duration::from_nanos(nanos as u64))
    }

    /// Whether operations wait for ever.
    pub(super) fn is_blocking(&self) -> bool {
        self.timeout.load(Relaxed) < 0
    }
}

/// Timeout of new sockets, as in [`Socket`].
static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);

/// The state of a socket object.
pub(super) fn this(object: Value) -> &'static Socket {
    native::payload::<Socket>(object).expect("a socket")
}

/// A socket over a descriptor.
fn adopt(state: &Socket, fd: i32, family: i32, kind: i32, protocol: i32) -> Result<(), ()> {
    state.fd.store(fd, SeqCst);
    state.family.store(family, Relaxed);
    state.kind.store(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC), Relaxed);
    state.protocol.store(protocol, Relaxed);
    let timeout = match kind & libc::SOCK_NONBLOCK {
        0 => DEFAULT_TIMEOUT.load(Relaxed),
        _ => 0,
    };
    state.timeout.store(timeout, Relaxed);
    if timeout >= 0 { set_nonblocking(fd, true) } else { Ok(()) }
}

fn set_nonblocking(fd: i32, on: bool) -> Result<(), ()> {
    let mut flag = on as libc::c_int;
    // SAFETY: the request takes a pointer to an int.
    if unsafe { libc::ioctl(fd, libc::FIONBIO, &mut flag) } < 0 { Err(()) } else { Ok(()) }
}

pub(super) fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = Socket {
        fd: AtomicI32::new(-1),
        family: AtomicI32::new(0),
        kind: AtomicI32::new(0),
        protocol: AtomicI32::new(0),
        timeout: AtomicI64::new(-1),
    };
    Ok(native::new(t, Ref::known(args[0]), state))
}

/// A new socket object over a descriptor.
pub(super) fn from_fd(t: &mut Thread, fd: i32, family: i32, kind: i32, protocol: i32) -> PyResult {
    let class = native::class(t, &super::SOCKET);
    let object = new(t, &[class.value()])?;
    adopt(this(object), fd, family, kind, protocol).map_err(|()| last_os_error(t))?;
    Ok(object)
}

pub(super) fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let mut numbers = [-1; 3];
    for (i, n) in numbers.iter_mut().enumerate() {
        if let Some(v) = args[1 + i].given() {
            *n = to_i32(t, v)?;
        }
    }
    let [mut family, mut kind, mut protocol] = numbers;
    let state = this(args[0]);
    let fd = match args[4].given_not_none() {
        Some(given) => {
            let fd = to_i32(t, given)?;
            if fd < 0 {
                return Err(t.value_error("negative file descriptor"));
            }
            let mut address = Address::room();
            // SAFETY: the address lives as long as the call and has the length given.
            if unsafe { libc::getsockname(fd, address.as_mut_ptr(), &mut address.len) } < 0 {
                // Sockets that cannot say their name are left to the caller's word.
                if family == -1 || matches!(errno(), libc::EBADF | libc::ENOTSOCK) {
                    return Err(last_os_error(t));
                }
            } else if family == -1 {
                family = address.family();
            }
            for (number, option) in [(&mut kind, libc::SO_TYPE), (&mut protocol, libc::SO_PROTOCOL)] {
                if *number == -1 {
                    *number =
                        options::get_int(fd, libc::SOL_SOCKET, option).ok_or_else(|| last_os_error(t))?;
                }
            }
            fd
        }
        None => {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            protocol = protocol.max(0);
            // SAFETY: a plain system call.
            let fd = unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) };
            if fd < 0 {
                return Err(last_os_error(t));
            }
            fd
        }
    };
    match adopt(state, fd, family, kind, protocol) {
        Ok(()) => Ok(Value::NONE),
        Err(()) => Err(last_os_error(t)),
    }
}

pub(super) fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    close_fd(t, this(args[0]).fd.swap(-1, SeqCst))?;
    Ok(Value::NONE)
}

/// Closes a descriptor, if it is one.
pub(super) fn close_fd(t: &mut Thread, fd: i32) -> PyResult<()> {
    // SAFETY: a plain system call; the descriptor was this module's to close. ECONNRESET comes after the fact.
    if fd >= 0 && t.blocking(|| unsafe { libc::close(fd) }) < 0 && errno() != libc::ECONNRESET {
        return Err(last_os_error(t));
    }
    Ok(())
}

pub(super) fn del(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    if state.fd() < 0 {
        return Ok(Value::NONE);
    }
    let shown = text::repr(t, args[0])?;
    let shown = shown.as_str().map(|s| s.to_rust()).unwrap_or_default();
    let category = t.rt.exception(Exc::ResourceWarning);
    let warned = warn(t, category, &format!("unclosed {shown}"));
    close_fd(t, state.fd.swap(-1, SeqCst))?;
    warned.map(|()| Value::NONE)
}

pub(super) fn detach(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(this(args[0]).fd.swap(-1, SeqCst) as i64))
}

pub(super) fn fileno(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(this(args[0]).fd() as i64))
}

pub(super) fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    let text = format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        s.fd(),
        s.family.load(Relaxed),
        s.kind.load(Relaxed),
        s.protocol.load(Relaxed)
    );
    Ok(t.new_str(&text))
}

/// Nanoseconds of a timeout argument, rounded up; -1 for None.
fn timeout_nanos(t: &mut Thread, value: Value) -> PyResult<i64> {
    if value.is_none() {
        return Ok(-1);
    }
    let nanos = match float::as_float(value) {
        Some(seconds) if seconds.is_nan() => return Err(t.value_error("Invalid value NaN (not a number)")),
        Some(_) => (to_f64(t, value)? * 1e9).ceil(),
        None => to_i64(t, value)? as f64 * 1e9,
    };
    if nanos < 0.0 {
        return Err(t.value_error("Timeout value out of range"));
    }
    // The system counts milliseconds in an int.
    if nanos / 1e6 > i32::MAX as f64 {
        return Err(t.overflow_error("timeout doesn't fit into C timeval"));
    }
    Ok(nanos as i64)
}

fn timeout_value(t: &mut Thread, nanos: i64) -> Value {
    if nanos < 0 { Value::NONE } else { float_value(t, nanos as f64 / 1e9) }
}

/// `gettimeout` and the attribute `timeout`.
pub(super) fn timeout(t: &mut Thread, object: Value) -> PyResult {
    Ok(timeout_value(t, this(object).timeout.load(Relaxed)))
}

fn set_timeout(t: &mut Thread, object: Value, nanos: i64) -> PyResult {
    let state = this(object);
    state.timeout.store(nanos, Relaxed);
    match set_nonblocking(state.fd(), nanos >= 0) {
        Ok(()) => Ok(Value::NONE),
        Err(()) => Err(last_os_error(t)),
    }
}

pub(super) fn settimeout(t: &mut Thread, args: &[Value]) -> PyResult {
    let nanos = timeout_nanos(t, args[1])?;
    set_timeout(t, args[0], nanos)
}

pub(super) fn setblocking(t: &mut Thread, args: &[Value]) -> PyResult {
    let blocking = pystm_vm::protocol::truth::is_true(t, args[1])?;
    set_timeout(t, args[0], if blocking { -1 } else { 0 })
}

pub(super) fn getblocking(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(this(args[0]).timeout.load(Relaxed) != 0))
}

pub(super) fn getdefaulttimeout(t: &mut Thread, _: &[Value]) -> PyResult {
    Ok(timeout_value(t, DEFAULT_TIMEOUT.load(Relaxed)))
}

pub(super) fn setdefaulttimeout(t: &mut Thread, args: &[Value]) -> PyResult {
    DEFAULT_TIMEOUT.store(timeout_nanos(t, args[0])?, Relaxed);
    Ok(Value::NONE)
}

/// `TimeoutError: timed out`
#[cold]
pub(super) fn timed_out(t: &mut Thread) -> Raised {
    t.raise(Exc::TimeoutError, "timed out")
}

/// Waits until the socket is ready for `events` (of `poll`). TimeoutError after the deadline.
pub(super) fn wait(t: &mut Thread, state: &Socket, events: i16, deadline: Option<Instant>) -> PyResult<()> {
    loop {
        let left = match deadline {
            Some(end) => end.saturating_duration_since(Instant::now()).as_micros().div_ceil(1000) as i32,
            None => -1,
        };
        let mut entry = libc::pollfd { fd: state.fd(), events, revents: 0 };
        // SAFETY: one entry.
        match t.blocking(|| unsafe { libc::poll(&mut entry, 1, left) }) {
            0 => return Err(timed_out(t)),
            1.. => return Ok(()),
            _ if errno() == libc::EINTR => check_signals(t)?,
            _ => return Err(last_os_error(t)),
        }
    }
}

/// Repeats a system call until it has succeeded: after signals and, if the socket has a timeout, after waiting for
/// `events` (of `poll`). `f` gets the descriptor and returns what the system call did.
pub(super) fn repeat(
    t: &mut Thread,
    state: &Socket,
    events: i16,
    deadline: Option<Instant>,
    mut f: impl FnMut(i32) -> isize,
) -> PyResult<usize> {
    loop {
        if deadline.is_some() {
            wait(t, state, events, deadline)?;
        }
        let n = t.blocking(|| f(state.fd()));
        if n >= 0 {
            return Ok(n as usize);
        }
        match errno() {
            libc::EINTR => check_signals(t)?,
            libc::EWOULDBLOCK if deadline.is_some() => {}
            code => return Err(os_error(t, code, Value::UNSET, Value::UNSET)),
        }
    }
}

/// An attribute that is one of the numbers.
pub(super) fn number(t: &mut Thread, number: &AtomicI32) -> PyResult {
    Ok(int_value(t, number.load(Relaxed) as i64))
}
