//! `RLock`: a lock that its owner may take again.

use std::time::Duration;

use pystm_gc::Marker;
use pystm_vm::{
    builtins::tuple,
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{SUBCLASSABLE, TypeDef, WEAK, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, Restore},
    },
    parking::{ReentrantLock, WaitQueue},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::lock::{Lockable, acquire_until, deadline};
use crate::support::{int_value, to_i64};

struct RLock(ReentrantLock);

impl Payload for RLock {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::Beside
    }

    fn save(&'static self) -> Restore {
        self.0.save()
    }
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_thread.RLock",
    doc: "A reentrant lock.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE | WEAK,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create a lock."),
        method("acquire", "($self, /, blocking=True, timeout=-1)", acquire, "Lock the lock."),
        method("release", "($self, /)", release, "Release the lock."),
        method(
            "locked",
            "($self, /)",
            |_, a| Ok(Value::bool(this(a[0]).state().1 > 0)),
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

impl Lockable for ReentrantLock {
    fn of(object: Value) -> &'static ReentrantLock {
        this(object)
    }

    fn take(&self) -> bool {
        self.try_take()
    }

    fn is_free(&self) -> bool {
        ReentrantLock::is_free(self)
    }

    fn patience(&self) -> Duration {
        Duration::ZERO
    }

    fn waiters(&self) -> &WaitQueue {
        ReentrantLock::waiters(self)
    }
}

fn this(object: Value) -> &'static ReentrantLock {
    &native::payload::<RLock>(object).expect("an RLock").0
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(native::new(t, Ref::known(args[0]), RLock(ReentrantLock::new())))
}

fn acquire(t: &mut Thread, args: &[Value]) -> PyResult {
    let deadline = deadline(t, args[1], args[2])?;
    Ok(Value::bool(acquire_until::<ReentrantLock>(t, args[0], deadline)?))
}

#[cold]
fn not_held(t: &mut Thread) -> Raised {
    t.raise(Exc::RuntimeError, "cannot release un-acquired lock")
}

fn release(t: &mut Thread, args: &[Value]) -> PyResult {
    if this(args[0]).release() { Ok(Value::NONE) } else { Err(not_held(t)) }
}

fn is_owned(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(this(args[0]).own_count() > 0))
}

fn recursion_count(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(this(args[0]).own_count() as i64))
}

fn release_save(t: &mut Thread, args: &[Value]) -> PyResult {
    let owner = this(args[0]).state().0;
    let count = this(args[0]).release_all();
    if count == 0 {
        return Err(not_held(t));
    }
    let owner = int_value(t, owner);
    Ok(tuple::new_small(t, &[Value::small(count as i64), owner]))
}

fn acquire_restore(t: &mut Thread, args: &[Value]) -> PyResult {
    let message = match args[1].as_tuple() {
        Some(state) if state.len() == 2 => {
            let count = to_i64(t, state.at(0))?;
            acquire_until::<ReentrantLock>(t, args[0], None)?;
            this(args[0]).set_count(count as u64);
            return Ok(Value::NONE);
        }
        Some(state) => format!("tuple of length 2, not {}", state.len()),
        None => format!("2-item tuple, not {}", type_of(args[1]).name()),
    };
    Err(t.type_error(format!("_acquire_restore() argument 1 must be {message}")))
}

fn reinit(_: &mut Thread, args: &[Value]) -> PyResult {
    this(args[0]).reset_in_child();
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let (thread, count) = this(args[0]).state();
    let state = if count > 0 { "locked" } else { "unlocked" };
    let class = pystm_vm::builtins::typeobj::lookup::full_name(t, type_of(args[0]));
    let at = args[0].bits() & !7;
    Ok(t.new_str(&format!("<{state} {class} object owner={thread} count={count} at {at:#x}>")))
}
