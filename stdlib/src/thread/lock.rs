//! `lock`: a plain lock.

use parking_lot::{Condvar, Mutex};
use pystm_gc::Marker;
use pystm_vm::{
    error::{Exc, PyResult},
    kind::Kind,
    native::{TypeDef, method, static_method},
    object::native::{self, Payload},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use crate::support::{to_bool, to_f64};

struct Lock {
    held: Mutex<bool>,
    free: Condvar,
}

impl Payload for Lock {
    fn trace(&self, _: &mut Marker) {}
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_thread.lock",
    doc: "A lock object is a synchronization primitive.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method("__new__", "($cls)", |t, a| make(t, a[0]), "Create a lock."),
        method("acquire", "($self, /, blocking=True, timeout=-1)", acquire, "Lock the lock."),
        method(
            "acquire_lock",
            "($self, /, blocking=True, timeout=-1)",
            acquire,
            "An obsolete synonym of acquire().",
        ),
        method("release", "($self, /)", release, "Release the lock."),
        method("release_lock", "($self, /)", release, "An obsolete synonym of release()."),
        method("locked", "($self, /)", locked, "Return whether the lock is in the locked state."),
        method("locked_lock", "($self, /)", locked, "An obsolete synonym of locked()."),
        method("__enter__", "($self, /)", enter, "Lock the lock."),
        method(
            "__exit__",
            "($self, exc_type=None, exc_value=None, traceback=None, /)",
            release,
            "Release the lock.",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("_at_fork_reinit", "($self, /)", reinit, "Make it free again in a child process."),
    ],
    getset: &[],
    setup: None,
};

fn this(object: Value) -> &'static Lock {
    native::payload::<Lock>(object).expect("a lock")
}

fn make(t: &mut Thread, class: Value) -> PyResult {
    let lock = Lock { held: Mutex::new(false), free: Condvar::new() };
    Ok(native::new(t, pystm_vm::object::Ref::known(class), lock))
}

pub(super) fn allocate(t: &mut Thread, _: &[Value]) -> PyResult {
    let class = t.rt.native_class(t, &DEF);
    make(t, class.value())
}

/// The `blocking` and `timeout` arguments: `None` to wait for ever, else how long.
pub(super) fn waiting(
    t: &mut Thread,
    blocking: Value,
    timeout: Value,
) -> PyResult<Option<std::time::Duration>> {
    let blocking = to_bool(t, blocking, true)?;
    let timeout = match timeout.given() {
        Some(v) => to_f64(t, v)?,
        None => -1.0,
    };
    if timeout.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    if !blocking && timeout != -1.0 {
        return Err(t.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(t.value_error("timeout value must be a non-negative number"));
    }
    if timeout > super::TIMEOUT_MAX {
        return Err(t.overflow_error("timestamp out of range for platform time_t"));
    }
    Ok(match (blocking, timeout) {
        (false, _) => Some(std::time::Duration::ZERO),
        (true, -1.0) => None,
        (true, s) => Some(std::time::Duration::from_secs_f64(s)),
    })
}

fn acquire(t: &mut Thread, args: &[Value]) -> PyResult {
    let wait = waiting(t, args[1], args[2])?;
    let lock = this(args[0]);
    let mut held = lock.held.lock();
    let deadline = wait.map(|d| std::time::Instant::now() + d);
    while *held {
        match deadline {
            None => lock.free.wait(&mut held),
            Some(_) if wait == Some(std::time::Duration::ZERO) => return Ok(Value::FALSE),
            Some(at) => {
                if lock.free.wait_until(&mut held, at).timed_out() && *held {
                    return Ok(Value::FALSE);
                }
            }
        }
    }
    *held = true;
    Ok(Value::TRUE)
}

fn enter(t: &mut Thread, args: &[Value]) -> PyResult {
    acquire(t, &[args[0], Value::UNSET, Value::UNSET])
}

fn release(t: &mut Thread, args: &[Value]) -> PyResult {
    let lock = this(args[0]);
    let mut held = lock.held.lock();
    if !*held {
        drop(held);
        return Err(t.raise(Exc::RuntimeError, "release unlocked lock"));
    }
    *held = false;
    lock.free.notify_one();
    Ok(Value::NONE)
}

fn locked(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(*this(args[0]).held.lock()))
}

fn reinit(_: &mut Thread, args: &[Value]) -> PyResult {
    *this(args[0]).held.lock() = false;
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = if *this(args[0]).held.lock() { "locked" } else { "unlocked" };
    let class = pystm_vm::builtins::typeobj::lookup::full_name(t, type_of(args[0]));
    Ok(t.new_str(&format!("<{state} {class} object at {:#x}>", args[0].bits() & !7)))
}
