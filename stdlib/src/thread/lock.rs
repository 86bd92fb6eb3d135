//! `lock`: a plain lock.

use std::{
    sync::atomic::{
        AtomicI64,
        Ordering::{Relaxed, SeqCst},
    },
    time::{Duration, Instant},
};

use pystm_gc::Marker;
use pystm_vm::{
    atomic,
    builtins::float,
    error::{Exc, PyResult},
    kind::Kind,
    native::{TypeDef, WEAK, method, static_method},
    object::native::{self, Kept, Payload, Restore},
    parking::{ANSWER, WaitQueue, after, ident},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use crate::support::{to_bool, to_f64};

struct Lock {
    /// [`ident`] of the thread that has taken it, 0 while it is free.
    holder: AtomicI64,
    free: WaitQueue,
}

/// What one thread can hold.
pub(super) trait Lockable: 'static {
    /// The state of an object. A transaction has it to itself from here on.
    fn of(object: Value) -> &'static Self;
    /// Takes it for the calling thread if it can have it.
    fn take(&self) -> bool;
    /// Whether nobody holds it.
    fn is_free(&self) -> bool;
    /// How long to wait for it awake.
    fn patience(&self) -> Duration;
    /// Who waits for it to become free.
    fn waiters(&self) -> &WaitQueue;
}

impl Lockable for Lock {
    fn of(object: Value) -> &'static Lock {
        this(object)
    }

    fn take(&self) -> bool {
        // SeqCst: pairs with `release`, see `pystm_vm::parking`.
        self.holder.compare_exchange(0, ident(), SeqCst, Relaxed).is_ok()
    }

    fn is_free(&self) -> bool {
        self.holder.load(SeqCst) == 0
    }

    /// Who waits for a lock that it has taken itself waits for a message.
    fn patience(&self) -> Duration {
        // Relaxed: a thread sees its own stores.
        if self.holder.load(Relaxed) == ident() { ANSWER } else { Duration::ZERO }
    }

    fn waiters(&self) -> &WaitQueue {
        &self.free
    }
}

/// Takes a lock, waiting for it until the deadline; whether that was possible. A block that can begin anew does so as soon as
/// the lock is free. Who waits takes the lock after the wait: it may belong to a transaction by then.
pub(super) fn acquire_until<L: Lockable>(
    t: &mut Thread,
    object: Value,
    deadline: Option<Instant>,
) -> PyResult<bool> {
    loop {
        if L::of(object).take() {
            atomic::note_taken(t, object);
            return Ok(true);
        }
        if atomic::can_wait(t) {
            let wait: atomic::Wait = |t, object, deadline| await_free::<L>(t, object, deadline).map(|_| ());
            return atomic::wait_for(t, Some((object, wait)), deadline);
        }
        if !await_free::<L>(t, object, deadline)? {
            return Ok(false);
        }
    }
}

/// Waits until a lock may be free. False after the deadline.
fn await_free<L: Lockable>(t: &mut Thread, object: Value, deadline: Option<Instant>) -> PyResult<bool> {
    let lock = L::of(object);
    Ok(lock.waiters().wait(t, deadline, lock.patience(), || lock.is_free().then_some(()))?.is_some())
}

impl Payload for Lock {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::Beside
    }

    fn save(&'static self) -> Restore {
        let holder = self.holder.load(SeqCst);
        Box::new(move || {
            self.holder.store(holder, SeqCst);
            self.free.wake_next();
        })
    }
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_thread.lock",
    doc: "A lock object is a synchronization primitive.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: WEAK,
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
    let lock = Lock { holder: AtomicI64::new(0), free: WaitQueue::new() };
    Ok(native::new(t, pystm_vm::object::Ref::known(class), lock))
}

pub(super) fn allocate(t: &mut Thread, _: &[Value]) -> PyResult {
    let class = t.rt.native_class(t, &DEF);
    make(t, class.value())
}

/// A number of seconds as a duration, rounded up; `None` if it is negative.
pub(crate) fn seconds(t: &mut Thread, value: Value) -> PyResult<Option<Duration>> {
    if float::as_number(value).is_none() {
        let name = type_of(value).name();
        return Err(t.type_error(format!("'{name}' object cannot be interpreted as an integer or float")));
    }
    let seconds = to_f64(t, value)?;
    if seconds.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    let nanos = (seconds * 1e9).ceil();
    if nanos.abs() >= i64::MAX as f64 {
        return Err(t.overflow_error("timestamp out of range for C PyTime_t"));
    }
    Ok((nanos >= 0.0).then(|| Duration::from_nanos(nanos as u64)))
}

/// The arguments `blocking` and `timeout`: how long to wait, `None` for ever. What has passed means not to wait.
pub(super) fn deadline(t: &mut Thread, blocking: Value, timeout: Value) -> PyResult<Option<Instant>> {
    let blocking = to_bool(t, blocking, true)?;
    let wait = match timeout.given() {
        None => None,
        Some(v) => match seconds(t, v)? {
            None if to_f64(t, v)? == -1.0 => None,
            None => return Err(t.value_error("timeout value must be a non-negative number")),
            Some(_) if !blocking => {
                return Err(t.value_error("can't specify a timeout for a non-blocking call"));
            }
            wait => wait,
        },
    };
    Ok(match wait {
        Some(wait) => after(wait),
        None if blocking => None,
        None => Some(Instant::now()),
    })
}

fn acquire(t: &mut Thread, args: &[Value]) -> PyResult {
    let deadline = deadline(t, args[1], args[2])?;
    Ok(Value::bool(acquire_until::<Lock>(t, args[0], deadline)?))
}

fn enter(t: &mut Thread, args: &[Value]) -> PyResult {
    acquire(t, &[args[0], Value::UNSET, Value::UNSET])
}

fn release(t: &mut Thread, args: &[Value]) -> PyResult {
    let lock = this(args[0]);
    // SeqCst: pairs with `take`.
    if lock.holder.swap(0, SeqCst) == 0 {
        return Err(t.raise(Exc::RuntimeError, "release unlocked lock"));
    }
    lock.free.wake_next();
    Ok(Value::NONE)
}

fn is_held(lock: Value) -> bool {
    // Relaxed: the answer may be outdated anyway.
    this(lock).holder.load(Relaxed) != 0
}

fn locked(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(is_held(args[0])))
}

fn reinit(_: &mut Thread, args: &[Value]) -> PyResult {
    this(args[0]).holder.store(0, SeqCst);
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = if is_held(args[0]) { "locked" } else { "unlocked" };
    let class = pystm_vm::builtins::typeobj::lookup::full_name(t, type_of(args[0]));
    Ok(t.new_str(&format!("<{state} {class} object at {:#x}>", args[0].bits() & !7)))
}
