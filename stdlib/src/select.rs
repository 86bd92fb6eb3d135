//! `select`: waiting for descriptors.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_vm::{
    builtins::{list, tuple},
    error::{Exc, PyResult},
    kind::Kind,
    native::{ModuleDef, NO_CONSTRUCTOR, TypeDef, class_method, getter, method, static_method},
    object::{
        Ref,
        native::{self, Payload},
    },
    protocol::iter,
    thread::Thread,
    value::Value,
};

use crate::{
    fcntl::descriptor,
    support::{check_signals, errno, int_value, last_os_error, set_global, to_f64, to_i32, to_i64},
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "select",
    doc: "This module supports asynchronous I/O on multiple file descriptors.",
    methods: &[
        method(
            "select",
            "(rlist, wlist, xlist, timeout=None, /)",
            select,
            "Wait until one or more file descriptors are ready for some kind of I/O.",
        ),
        method("poll", "()", poll_new, "Returns a polling object."),
    ],
    types: &[&EPOLL],
    init: Some(|t, module| {
        for &(name, value) in CONSTANTS {
            let value = int_value(t, value);
            set_global(t, module, name, value);
        }
        let error = t.rt.exception(Exc::OSError);
        set_global(t, module, "error", error);
        Ok(())
    }),
};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as u32 as i64)),*] };
}

const CONSTANTS: &[(&str, i64)] = numbers! {
    POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL POLLRDNORM POLLRDBAND POLLWRNORM POLLWRBAND POLLRDHUP PIPE_BUF
    EPOLLIN EPOLLOUT EPOLLPRI EPOLLERR EPOLLHUP EPOLLRDHUP EPOLLET EPOLLONESHOT EPOLLEXCLUSIVE EPOLLRDNORM EPOLLRDBAND
    EPOLLWRNORM EPOLLWRBAND EPOLLMSG EPOLL_CLOEXEC
};

/// Milliseconds of a timeout in seconds times `scale`, rounded up; -1 for ever.
fn milliseconds(t: &mut Thread, value: Value, scale: f64) -> PyResult<i32> {
    let Some(value) = value.given_not_none() else { return Ok(-1) };
    if pystm_vm::builtins::float::as_number(value).is_none() {
        return Err(t.type_error("timeout must be an integer or None"));
    }
    let n = (to_f64(t, value)? * scale).ceil();
    if n.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    if n > i32::MAX as f64 {
        return Err(t.overflow_error("timeout is too large"));
    }
    Ok(if n < 0.0 { -1 } else { n as i32 })
}

/// Repeats a waiting system call that signals interrupt, with what is left of the time.
fn wait(t: &mut Thread, timeout: i32, mut f: impl FnMut(i32) -> i32) -> PyResult<usize> {
    let start = std::time::Instant::now();
    let mut left = timeout;
    loop {
        let n = t.blocking(|| f(left));
        if n >= 0 {
            return Ok(n as usize);
        }
        if errno() != libc::EINTR {
            return Err(last_os_error(t));
        }
        check_signals(t)?;
        if timeout >= 0 {
            left = (timeout as i128 - start.elapsed().as_millis() as i128).max(0) as i32;
        }
    }
}

fn select(t: &mut Thread, args: &[Value]) -> PyResult {
    let timeout = match args[3].given_not_none() {
        Some(v) => {
            if pystm_vm::builtins::float::as_number(v).is_none() {
                return Err(t.type_error("timeout must be a float or None"));
            }
            if to_f64(t, v)? < 0.0 {
                return Err(t.value_error("timeout must be non-negative"));
            }
            milliseconds(t, v, 1000.0)?
        }
        None => -1,
    };
    let wanted = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
    // What counts as ready, as Linux itself defines select by poll.
    let ready = [
        libc::POLLIN | libc::POLLRDNORM | libc::POLLRDBAND | libc::POLLHUP | libc::POLLERR,
        libc::POLLOUT | libc::POLLWRNORM | libc::POLLWRBAND | libc::POLLERR,
        libc::POLLPRI,
    ];
    let mut objects = t.vec();
    let mut fds: Vec<libc::pollfd> = Vec::new();
    let mut owners = Vec::new();
    for (kind, events) in wanted.iter().enumerate() {
        let items = match iter::collect(t, args[kind]) {
            Ok(items) => items,
            Err(raised) => {
                t.catch(raised, Exc::TypeError)?;
                return Err(t.type_error("arguments 1-3 must be sequences"));
            }
        };
        for i in 0..items.len() {
            let fd = descriptor(t, items[i])?;
            if fd >= 1024 {
                return Err(t.value_error("filedescriptor out of range in select()"));
            }
            objects.push(items[i]);
            owners.push(kind);
            fds.push(libc::pollfd { fd, events: *events, revents: 0 });
        }
    }
    // SAFETY: the array has that many entries.
    wait(t, timeout, |left| unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, left) })?;
    if fds.iter().any(|f| f.revents & libc::POLLNVAL != 0) {
        return Err(crate::support::os_error(t, libc::EBADF, Value::UNSET, Value::UNSET));
    }
    let lists = [list::new(t, &[]), list::new(t, &[]), list::new(t, &[])];
    for (i, fd) in fds.iter().enumerate() {
        if fd.revents & ready[owners[i]] != 0 {
            list::append(t, Ref::known(lists[owners[i]]), objects[i]);
        }
    }
    tuple::new(t, &lists)
}

struct Poll(Mutex<Vec<(i32, i16)>>);

impl Payload for Poll {
    fn trace(&self, _: &mut Marker) {}
}

static POLL: TypeDef = TypeDef {
    name: "select.poll",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method(
            "register",
            "($self, fd, eventmask=7, /)",
            poll_register,
            "Register a file descriptor with the polling object.",
        ),
        method(
            "modify",
            "($self, fd, eventmask, /)",
            poll_modify,
            "Modify an already registered file descriptor.",
        ),
        method(
            "unregister",
            "($self, fd, /)",
            poll_unregister,
            "Remove a file descriptor being tracked by the polling object.",
        ),
        method(
            "poll",
            "($self, timeout=None, /)",
            poll_poll,
            "Polls the set of registered file descriptors.",
        ),
    ],
    getset: &[],
    setup: None,
};

fn poll_new(t: &mut Thread, _: &[Value]) -> PyResult {
    let class = t.rt.native_class(t, &POLL);
    Ok(native::new(t, class, Poll(Mutex::new(Vec::new()))))
}

fn poll_of(object: Value) -> &'static Poll {
    native::payload::<Poll>(object).expect("a polling object")
}

fn poll_register(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[1])?;
    let events = match args[2].given() {
        Some(e) => to_i32(t, e)? as i16,
        None => libc::POLLIN | libc::POLLPRI | libc::POLLOUT,
    };
    let mut fds = poll_of(args[0]).0.lock();
    match fds.iter_mut().find(|f| f.0 == fd) {
        Some(entry) => entry.1 = events,
        None => fds.push((fd, events)),
    }
    Ok(Value::NONE)
}

fn poll_modify(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[1])?;
    let events = to_i32(t, args[2])? as i16;
    if let Some(entry) = poll_of(args[0]).0.lock().iter_mut().find(|f| f.0 == fd) {
        entry.1 = events;
        return Ok(Value::NONE);
    }
    Err(crate::support::os_error(t, libc::ENOENT, Value::UNSET, Value::UNSET))
}

fn poll_unregister(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[1])?;
    let removed = {
        let mut fds = poll_of(args[0]).0.lock();
        let before = fds.len();
        fds.retain(|f| f.0 != fd);
        fds.len() < before
    };
    if removed { Ok(Value::NONE) } else { Err(t.key_error(Value::small(fd as i64))) }
}

fn poll_poll(t: &mut Thread, args: &[Value]) -> PyResult {
    let timeout = milliseconds(t, args[1], 1.0)?;
    let mut fds: Vec<libc::pollfd> = poll_of(args[0])
        .0
        .lock()
        .iter()
        .map(|&(fd, events)| libc::pollfd { fd, events, revents: 0 })
        .collect();
    // SAFETY: the array has that many entries.
    wait(t, timeout, |left| unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, left) })?;
    let result = list::new(t, &[]);
    for fd in fds.iter().filter(|f| f.revents != 0) {
        let pair = tuple::new_small(t, &[Value::small(fd.fd as i64), Value::small(fd.revents as u16 as i64)]);
        list::append(t, Ref::known(result), pair);
    }
    Ok(result)
}

/// Relaxed throughout: one number, nothing else is ordered by it.
struct Epoll(AtomicI32);

impl Payload for Epoll {
    fn trace(&self, _: &mut Marker) {}
}

impl Drop for Epoll {
    fn drop(&mut self) {
        let fd = self.0.load(Relaxed);
        if fd >= 0 {
            // SAFETY: the descriptor is ours.
            unsafe { libc::close(fd) };
        }
    }
}

static EPOLL: TypeDef = TypeDef {
    name: "select.epoll",
    doc: "Returns an epolling object.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method("__new__", "($cls, sizehint=-1, flags=0)", epoll_new, "Make an epolling object."),
        class_method(
            "fromfd",
            "($cls, fd, /)",
            epoll_fromfd,
            "Create an epoll object from a given control fd.",
        ),
        method("close", "($self, /)", epoll_close, "Close the epoll control file descriptor."),
        method(
            "fileno",
            "($self, /)",
            |t, a| Ok(Value::small(epoll_fd(t, a[0])? as i64)),
            "Return the epoll control file descriptor.",
        ),
        method(
            "register",
            "($self, fd, eventmask=7)",
            |t, a| epoll_control(t, a, libc::EPOLL_CTL_ADD),
            "Registers a new fd.",
        ),
        method(
            "modify",
            "($self, fd, eventmask)",
            |t, a| epoll_control(t, a, libc::EPOLL_CTL_MOD),
            "Modify event mask for a registered file descriptor.",
        ),
        method(
            "unregister",
            "($self, fd)",
            |t, a| epoll_control(t, &[a[0], a[1], Value::UNSET], libc::EPOLL_CTL_DEL),
            "Remove a registered file descriptor.",
        ),
        method(
            "poll",
            "($self, timeout=None, maxevents=-1)",
            epoll_poll,
            "Wait for events on the epoll file descriptor.",
        ),
        method("__enter__", "($self, /)", |t, a| epoll_fd(t, a[0]).map(|_| a[0]), "Return self."),
        method(
            "__exit__",
            "($self, exc_type=None, exc_value=None, exc_tb=None, /)",
            epoll_close,
            "Close it.",
        ),
    ],
    getset: &[getter(
        "closed",
        |_, v| Ok(Value::bool(epoll_of(v).0.load(Relaxed) < 0)),
        "True if the epoll handler is closed.",
    )],
    setup: None,
};

fn epoll_of(object: Value) -> &'static Epoll {
    native::payload::<Epoll>(object).expect("an epolling object")
}

fn epoll_fd(t: &mut Thread, object: Value) -> PyResult<i32> {
    match epoll_of(object).0.load(Relaxed) {
        fd if fd < 0 => Err(t.value_error("I/O operation on closed epoll object")),
        fd => Ok(fd),
    }
}

fn epoll_new(t: &mut Thread, args: &[Value]) -> PyResult {
    if let Some(hint) = args[1].given() {
        let n = to_i64(t, hint)?;
        if n == 0 || n < -1 {
            return Err(t.value_error("negative sizehint"));
        }
    }
    // SAFETY: a plain system call.
    let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
    if fd < 0 {
        return Err(last_os_error(t));
    }
    Ok(native::new(t, Ref::known(args[0]), Epoll(AtomicI32::new(fd))))
}

fn epoll_fromfd(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[1])?;
    Ok(native::new(t, Ref::known(args[0]), Epoll(AtomicI32::new(fd))))
}

fn epoll_close(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = epoll_of(args[0]).0.swap(-1, Relaxed);
    // SAFETY: the descriptor was ours.
    if fd >= 0 && t.blocking(|| unsafe { libc::close(fd) }) < 0 {
        return Err(last_os_error(t));
    }
    Ok(Value::NONE)
}

fn epoll_control(t: &mut Thread, args: &[Value], operation: i32) -> PyResult {
    let control = epoll_fd(t, args[0])?;
    let fd = descriptor(t, args[1])?;
    let events = match args[2].given() {
        Some(e) => to_i64(t, e)? as u32,
        None => (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32,
    };
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: the structure lives as long as the call.
    if t.blocking(|| unsafe { libc::epoll_ctl(control, operation, fd, &mut event) }) < 0 {
        return Err(last_os_error(t));
    }
    Ok(Value::NONE)
}

fn epoll_poll(t: &mut Thread, args: &[Value]) -> PyResult {
    let control = epoll_fd(t, args[0])?;
    let timeout = milliseconds(t, args[1], 1000.0)?;
    let most = match args[2].given() {
        Some(n) => match to_i32(t, n)? {
            -1 => 1023,
            n if n > 0 => n,
            n => return Err(t.value_error(format!("maxevents must be greater than 0, got {n}"))),
        },
        None => 1023,
    };
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most as usize];
    // SAFETY: the array has that many entries.
    let n = wait(t, timeout, |left| unsafe { libc::epoll_wait(control, events.as_mut_ptr(), most, left) })?;
    let result = list::new(t, &[]);
    for event in &events[..n] {
        let (fd, mask) = (event.u64 as i64, event.events as i64);
        let pair = tuple::new_small(t, &[Value::small(fd), Value::small(mask)]);
        list::append(t, Ref::known(result), pair);
    }
    Ok(result)
}
