//! `RLock`: a lock that its owner may take again.

use parking_lot::{Condvar, Mutex};
use pystm_gc::Marker;
use pystm_vm::{
    builtins::tuple,
    error::{Exc, PyResult},
    kind::Kind,
    native::{SUBCLASSABLE, TypeDef, method, static_method},
    object::{
        Ref,
        native::{self, Payload},
    },
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{ident, lock::waiting};
use crate::support::{int_value, to_i64};

#[derive(Default)]
struct Owner {
    /// 0 while the lock is free.
    thread: i64,
    count: u64,
}

struct RLock {
    owner: Mutex<Owner>,
    free: Condvar,
}

impl Payload for RLock {
    fn trace(&self, _: &mut Marker) {}
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_thread.RLock",
    doc: "A reentrant lock.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create a lock."),
        method("acquire", "($self, /, blocking=True, timeout=-1)", acquire, "Lock the lock."),
        method("release", "($self, /)", release, "Release the lock."),
        method(
            "locked",
            "($self, /)",
            |_, a| Ok(Value::bool(this(a[0]).owner.lock().count > 0)),
            "Whether it is locked.",
        ),
        method(
            "__enter__",
            "($self, /)",
            |t, a| acquire(t, &[a[0], Value::UNSET, Value::UNSET]),
            "Lock the lock.",
        ),
        method(
            "__exit__",
            "($self, exc_type=None, exc_value=None, traceback=None, /)",
            release,
            "Release the lock.",
        ),
        method("_is_owned", "($self, /)", is_owned, "Whether this thread holds the lock."),
        method("_recursion_count", "($self, /)", recursion_count, "How often this thread has taken it."),
        method("_release_save", "($self, /)", release_save, "For Condition."),
        method("_acquire_restore", "($self, state, /)", acquire_restore, "For Condition."),
        method("_at_fork_reinit", "($self, /)", reinit, "Make it free again in a child process."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
    ],
    getset: &[],
    setup: None,
};

fn this(object: Value) -> &'static RLock {
    native::payload::<RLock>(object).expect("an RLock")
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let lock = RLock { owner: Mutex::new(Owner::default()), free: Condvar::new() };
    Ok(native::new(t, Ref::known(args[0]), lock))
}

fn acquire(t: &mut Thread, args: &[Value]) -> PyResult {
    let wait = waiting(t, args[1], args[2])?;
    let (lock, me) = (this(args[0]), ident());
    let mut owner = lock.owner.lock();
    if owner.count > 0 && owner.thread == me {
        owner.count += 1;
        return Ok(Value::TRUE);
    }
    let deadline = wait.map(|d| std::time::Instant::now() + d);
    while owner.count > 0 {
        match deadline {
            None => lock.free.wait(&mut owner),
            Some(at) => {
                if lock.free.wait_until(&mut owner, at).timed_out() && owner.count > 0 {
                    return Ok(Value::FALSE);
                }
            }
        }
    }
    *owner = Owner { thread: me, count: 1 };
    Ok(Value::TRUE)
}

fn release(t: &mut Thread, args: &[Value]) -> PyResult {
    let lock = this(args[0]);
    let mut owner = lock.owner.lock();
    if owner.count == 0 || owner.thread != ident() {
        drop(owner);
        return Err(t.raise(Exc::RuntimeError, "cannot release un-acquired lock"));
    }
    owner.count -= 1;
    if owner.count == 0 {
        owner.thread = 0;
        lock.free.notify_one();
    }
    Ok(Value::NONE)
}

fn is_owned(_: &mut Thread, args: &[Value]) -> PyResult {
    let owner = this(args[0]).owner.lock();
    Ok(Value::bool(owner.count > 0 && owner.thread == ident()))
}

fn recursion_count(_: &mut Thread, args: &[Value]) -> PyResult {
    let owner = this(args[0]).owner.lock();
    Ok(Value::small(if owner.thread == ident() { owner.count as i64 } else { 0 }))
}

fn release_save(t: &mut Thread, args: &[Value]) -> PyResult {
    let lock = this(args[0]);
    let mut owner = lock.owner.lock();
    if owner.count == 0 {
        drop(owner);
        return Err(t.raise(Exc::RuntimeError, "cannot release un-acquired lock"));
    }
    let (count, thread) = (owner.count as i64, owner.thread);
    *owner = Owner::default();
    lock.free.notify_one();
    drop(owner);
    let thread = int_value(t, thread);
    Ok(tuple::new_small(t, &[Value::small(count), thread]))
}

fn acquire_restore(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(state) = args[1].as_tuple().filter(|s| s.len() == 2) else {
        return Err(t.type_error("_acquire_restore() argument must be a 2-tuple"));
    };
    let (count, thread) = (to_i64(t, state.at(0))?, to_i64(t, state.at(1))?);
    acquire(t, &[args[0], Value::UNSET, Value::UNSET])?;
    *this(args[0]).owner.lock() = Owner { thread, count: count as u64 };
    Ok(Value::NONE)
}

fn reinit(_: &mut Thread, args: &[Value]) -> PyResult {
    *this(args[0]).owner.lock() = Owner::default();
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let (thread, count) = {
        let owner = this(args[0]).owner.lock();
        (owner.thread, owner.count)
    };
    let state = if count > 0 { "locked" } else { "unlocked" };
    let class = pystm_vm::builtins::typeobj::lookup::full_name(t, type_of(args[0]));
    let at = args[0].bits() & !7;
    Ok(t.new_str(&format!("<{state} {class} object owner={thread} count={count} at {at:#x}>")))
}
