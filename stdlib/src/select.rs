//! `select`: waiting until descriptors are ready. `epoll` is not there; `selectors` then takes `poll`.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_vm::{
    builtins::{dict, list, module::Module, tuple},
    error::{Exc, PyResult},
    kind::Kind,
    native::{self as declare, ModuleDef, NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        native::{self, Payload},
    },
    protocol::iter,
    thread::Thread,
    value::Value,
};

use crate::{
    posix::descriptor,
    support::{check_signals, errno, int_value, last_os_error, to_f64, to_i64},
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "select",
    doc: "Waiting for I/O completion.",
    methods: &[
        declare::method(
            "select",
            "(rlist, wlist, xlist, timeout=None, /)",
            select,
            "Wait until one or more file descriptors are ready for some kind of I/O.",
        ),
        declare::method("poll", "()", new_poll, "Returns a polling object."),
    ],
    types: &[],
    init: Some(init),
};

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    for (name, value) in [
        ("POLLIN", libc::POLLIN),
        ("POLLPRI", libc::POLLPRI),
        ("POLLOUT", libc::POLLOUT),
        ("POLLERR", libc::POLLERR),
        ("POLLHUP", libc::POLLHUP),
        ("POLLNVAL", libc::POLLNVAL),
        ("POLLRDHUP", libc::POLLRDHUP),
    ] {
        dict::set_text(t, module.dict(), name, Value::small(i64::from(value)));
    }
    dict::set_text(t, module.dict(), "PIPE_BUF", Value::small(4096));
    let error = t.rt.exception(Exc::OSError);
    dict::set_text(t, module.dict(), "error", error);
    Ok(())
}

/// The time at which waiting ends; `None` for never.
fn deadline(t: &mut Thread, timeout: Value, unit: f64) -> PyResult<Option<Instant>> {
    let Some(timeout) = timeout.given_not_none() else { return Ok(None) };
    let seconds = to_f64(t, timeout)? * unit;
    if seconds.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    Ok(Duration::try_from_secs_f64(seconds.max(0.0)).ok().and_then(|wait| Instant::now().checked_add(wait)))
}

/// Waits; after an interruption for the rest of the time. The number of descriptors that are ready.
fn wait(t: &mut Thread, fds: &mut [libc::pollfd], end: Option<Instant>) -> PyResult<usize> {
    loop {
        let milliseconds = match end {
            Some(end) => {
                let left = end.saturating_duration_since(Instant::now());
                left.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i32
            }
            None => -1,
        };
        // SAFETY: the array lives as long as the call.
        let n = unsafe { libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, milliseconds) };
        if n >= 0 {
            return Ok(n as usize);
        }
        if errno() != libc::EINTR {
            return Err(last_os_error(t));
        }
        check_signals(t)?;
    }
}

fn select(t: &mut Thread, args: &[Value]) -> PyResult {
    const WANTED: [i16; 3] = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
    const READY: [i16; 3] =
        [libc::POLLIN | libc::POLLHUP | libc::POLLERR, libc::POLLOUT | libc::POLLERR, libc::POLLPRI];
    let mut objects = t.vec();
    let mut fds = Vec::new();
    let mut kinds = Vec::new();
    for kind in 0..3 {
        let values = iter::collect(t, args[kind])?;
        for i in 0..values.len() {
            let fd = descriptor(t, values[i])?;
            fds.push(libc::pollfd { fd, events: WANTED[kind], revents: 0 });
            kinds.push(kind);
            objects.push(values[i]);
        }
    }
    let end = deadline(t, args[3], 1.0)?;
    wait(t, &mut fds, end)?;
    if fds.iter().any(|fd| fd.revents & libc::POLLNVAL != 0) {
        return Err(crate::support::os_error(t, libc::EBADF, Value::UNSET, Value::UNSET));
    }
    let mut lists = t.vec();
    for kind in 0..3 {
        let mut ready = t.vec();
        for i in 0..fds.len() {
            if kinds[i] == kind && fds[i].revents & READY[kind] != 0 {
                ready.push(objects[i]);
            }
        }
        let ready = list::new(t, &ready);
        lists.push(ready);
    }
    tuple::new(t, &lists)
}

/// `select.poll()`: descriptors and the events that are waited for.
struct Poll(Mutex<BTreeMap<i32, i16>>);

impl Payload for Poll {
    fn trace(&self, _: &mut Marker) {}
}

static POLL: TypeDef = TypeDef {
    name: "select.poll",
    doc: "A set of file descriptors that can be waited for.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method("register", "($self, fd, eventmask=7, /)", register, "Register a file descriptor."),
        method("modify", "($self, fd, eventmask, /)", modify, "Modify an already registered file descriptor."),
        method("unregister", "($self, fd, /)", unregister, "Remove a file descriptor."),
        method("poll", "($self, timeout=None, /)", poll, "Wait; returns a list of (fd, event) tuples."),
    ],
    getset: &[],
    setup: None,
};

fn this(object: Value) -> &'static Poll {
    native::payload::<Poll>(object).expect("a polling object")
}

fn new_poll(t: &mut Thread, _: &[Value]) -> PyResult {
    let class = t.rt.native_class(t, &POLL);
    Ok(native::new(t, class, Poll(Mutex::new(BTreeMap::new()))))
}

fn event_mask(t: &mut Thread, value: Value) -> PyResult<i16> {
    let Some(value) = value.given() else { return Ok(libc::POLLIN | libc::POLLPRI | libc::POLLOUT) };
    let mask = to_i64(t, value)?;
    u16::try_from(mask).map(|mask| mask as i16).map_err(|_| {
        t.overflow_error(if mask < 0 { "can't convert negative value to C unsigned short" } else { "Python int too large for C unsigned short" })
    })
}

fn register(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, mask) = (descriptor(t, args[1])?, event_mask(t, args[2])?);
    this(args[0]).0.lock().insert(fd, mask);
    Ok(Value::NONE)
}

fn modify(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, mask) = (descriptor(t, args[1])?, event_mask(t, args[2])?);
    let known = this(args[0]).0.lock().get_mut(&fd).map(|events| *events = mask).is_some();
    if known { Ok(Value::NONE) } else { Err(crate::support::os_error(t, libc::ENOENT, Value::UNSET, Value::UNSET)) }
}

fn unregister(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[1])?;
    let known = this(args[0]).0.lock().remove(&fd).is_some();
    if known {
        return Ok(Value::NONE);
    }
    let fd = int_value(t, i64::from(fd));
    Err(t.key_error(fd))
}

fn poll(t: &mut Thread, args: &[Value]) -> PyResult {
    let end = deadline(t, args[1], 1e-3)?;
    let registered: Vec<(i32, i16)> = this(args[0]).0.lock().iter().map(|(&fd, &events)| (fd, events)).collect();
    let mut fds: Vec<_> = registered.iter().map(|&(fd, events)| libc::pollfd { fd, events, revents: 0 }).collect();
    // A negative time means for ever.
    let forever = args[1].given_not_none().and_then(Value::as_small).is_some_and(|ms| ms < 0);
    wait(t, &mut fds, if forever { None } else { end })?;
    let mut ready = t.vec();
    for fd in fds.iter().filter(|fd| fd.revents != 0) {
        let pair = [int_value(t, i64::from(fd.fd)), Value::small(i64::from(fd.revents as u16))];
        let pair = tuple::new(t, &pair)?;
        ready.push(pair);
    }
    Ok(list::new(t, &ready))
}
